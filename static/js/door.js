// The gate page: badges from a hand-held scanner, the camera, a photo, a typed number or a name become scans; the answer fills the
// screen, with the network or without.
import { Api, Network } from "./door-api.js";
import { canSeal } from "./door-crypto.js";
import { Desk, isDeskCard } from "./door-desk.js";
import { closeDialogs } from "./door-dialogs.js";
import { scanGroup, sumUp } from "./door-group.js";
import { GREETING, Kiosk } from "./door-kiosk.js";
import { addLast, forgetLast, markUndone, recallLast } from "./door-last.js";
import { giveBack, identify } from "./door-machine.js";
import { bow, welcome } from "./door-pair.js";
import { initPictures, makeCamera } from "./door-pictures.js";
import { changes } from "./door-queue.js";
import { flight, makeAttempt, membersOf, send } from "./door-scan.js";
import { initSettings } from "./door-settings.js";
import { actsFor, askToConfirm, offer, onAct, showAnswer, showDone, showTrouble, showWaiting, shown } from "./door-show.js";
import { forgetMe, keepSettings, noteClock, profile, state } from "./door-state.js";
import { countHere, showStatus } from "./door-status.js";
import { Sync } from "./door-sync.js";
import { initTyping } from "./door-typing.js";
import { takeBack } from "./door-undo.js";
import { Wedge, watchFocus } from "./door-wedge.js";
import { keepPage, stayAwake } from "./door-worker.js";

const QUIET_MS = 20000; // after the last scan a new version may take over
const TRY_AGAIN_MS = 2000;
const EARLY_MS = 20000;
const LONGEST_TEXT = 200;
const WAITING = { entry: "Quét thẻ, hoặc gõ số thẻ", exit: "Quét thẻ để ghi lượt ra", handout: "Quét thẻ để ghi đã phát" };
const NOT_KEPT = "Máy không ghi được lượt quét (bộ nhớ đầy?). Ghi ra giấy, gửi bàn hỗ trợ.";
const at = (id) => document.getElementById(id);
const { version, worker } = document.body.dataset;
const network = new Network();
const api = new Api(network, { onClock: noteClock, onLost: (status) => lost(status) });
const sync = new Sync(api, version);
const camera = makeCamera(api, scanText);
const waitingWord = () => (profile() === "kiosk" ? GREETING : WAITING[state.settings.kind]);
const tell = () => showStatus(network);
let desk = null;
let kiosk = null;
let started = false;
const early = []; // what was scanned before the page was open
let gone = false;
let line = Promise.resolve(); // scans are judged one after the other

// Scans.
function scanText(text) {
  const read = text.trim().slice(0, LONGEST_TEXT);
  if (!started) return early.push({ read, since: Date.now() });
  if (desk && isDeskCard(read)) return unlock(read);
  return scan({ token: read });
}

/** Judge what was held to the door, after those before it, and show the answer; null where there is none. */
function scan(asked, options) {
  if (!started || gone) return null;
  closeDialogs();
  typing.clear();
  const attempt = makeAttempt(asked, options);
  const judged = line.then(() => judge(attempt));
  line = judged.catch(() => {});
  return judged;
}

async function judge(attempt) {
  if (gone) return null;
  try {
    const [answer] = await send(api, [attempt]);
    show(answer);
    return answer;
  } catch (error) {
    if (gone) return null;
    if (error.passes && !canSeal) return holdOn(attempt);
    showTrouble("HỎI BÀN", "status" in error ? error.message : NOT_KEPT);
    if (!("status" in error)) throw error;
    return null;
  }
}

/** A page on plain http keeps nothing: it holds the scan in its memory and asks again with the same nonce. */
async function holdOn(attempt) {
  state.queued = 1;
  tell();
  showTrouble("CHỜ MẠNG", "Mất mạng: chưa gửi. Máy tự gửi lại, không quét lại lần nữa.");
  await new Promise((done) => { setTimeout(done, TRY_AGAIN_MS); });
  state.queued = 0;
  return judge(attempt);
}

function show(answer) {
  showAnswer(answer, kiosk ? {} : actsFor(answer, { atDesk: Boolean(desk), reached: network.reached }));
  countHere(answer);
  if (kiosk) kiosk.answered();
  else addLast(answer, undo);
  tell();
  offerGroup(answer);
}

async function offerGroup(answer) {
  if (kiosk || !(answer.delegate?.bundle || answer.delegate?.members?.length)) return;
  const members = await membersOf(answer).catch(() => []);
  if (members.length > 1 && shown.answer === answer) offer("group", `Cả đoàn (${members.length} người)`);
}

async function scanWholeGroup(head) {
  try {
    const answers = await scanGroup(api, head);
    if (!answers?.length) return;
    for (const answer of answers) {
      countHere(answer);
      addLast(answer, undo);
    }
    showAnswer({ ...answers.at(-1), ...sumUp(answers), delegate: null, photo: null }, {});
  } catch (error) {
    showTrouble("HỎI BÀN", error.status === 0 ? "Mất mạng: quét thẻ từng người." : error.message);
  }
  tell();
}

async function undo(scanned) {
  const { done, message, counts } = await takeBack(api, scanned);
  if (!done) return showTrouble("CHƯA HOÀN TÁC", message);
  markUndone(scanned.nonce);
  countHere({ result: "ok", kind: scanned.kind, counts, back: true });
  showDone("Đã hoàn tác", message);
  tell();
}

onAct("let-in", (answer) => {
  if (answer.code === "not_listed") scan(answer.attempt.asked, { override: true, kind: answer.kind });
  else desk.decide(answer, false);
});
onAct("owner", (answer) => desk.decide(answer, true));
onAct("print", (answer) => desk.print(answer.delegate, "In thẻ", true));
onAct("undo", ({ nonce, kind, sitting_id, at: moment, delegate }) => undo({ nonce, kind, sitting_id, at: moment, k: delegate?.key ?? null }));
onAct("group", scanWholeGroup);

// The desk.
async function unlock(card) {
  typing.clear();
  const many = await desk.unlock(card);
  if (many) showDone("Đã mở danh sách tên", `Tìm được ${many} người, cả khi mất mạng. Để yên 15 phút thì tự khóa.`);
}

function dropNames() {
  closeDialogs();
  typing.clear();
  forgetLast();
  showWaiting("Đã khóa. Quét thẻ bàn để tìm được tên khi mất mạng.");
}

// Typing, and the scanner from the first moment on: a scan while the page still opens waits for it. A typed pairing code is no scan.
const typing = initTyping({
  scan, scanText, api, desk: () => desk, trouble: showTrouble,
  confirm: (word, person, message) => askToConfirm(word, person, message, waitingWord),
});

// The machine.
async function lost(status) {
  if (gone || (status === 401 && !started)) return;
  gone = true;
  sync.stop();
  camera.stop();
  closeDialogs();
  desk?.lock();
  forgetLast();
  showWaiting("");
  if (status === 410) return bow(api, version);
  await forgetMe();
  location.reload(); // it may be paired again
}

async function leave() {
  gone = true;
  sync.stop();
  const fault = await giveBack(api);
  if (!fault) return null;
  gone = false;
  sync.start();
  return fault;
}

function idle() {
  const open = document.querySelector("dialog[open]") || typing.entry.value || desk?.people || shown.answer?.tone === "ask";
  return !open && !flight.count && Date.now() - flight.last > QUIET_MS;
}

new Wedge(typing.entry, {
  onToken: scanText,
  onBurst: () => { document.body.dataset.wedge = "true"; },
  onComposing: (on) => { at("door-ime").hidden = !on; },
  listens: () => document.body.dataset.state !== "welcome",
});

function wire() {
  watchFocus(at("door-ready"));
  at("door-lock").addEventListener("click", () => desk.lock());
  at("door-kinds").addEventListener("change", async (event) => {
    await keepSettings({ kind: event.target.value });
    showWaiting(waitingWord());
    tell();
  });
  initSettings({ leave, refresh: () => sync.refresh(), onChange: () => { network.force(state.settings.forced); sync.beat(); tell(); } });
}

function open() {
  document.body.dataset.state = "open";
  document.body.dataset.profile = profile();
  at("door-welcome").hidden = true;
  for (const part of document.querySelectorAll('[data-when="open"]')) part.hidden = false;
  at("door-kinds").querySelector(`[value="${state.settings.kind}"]`).checked = true;
  if (profile() === "desk") {
    desk = new Desk(api, { scan, onAnswer: show, onTrouble: showTrouble, onLock: dropNames });
    at("door-entry-label").textContent = "Số thẻ hoặc tên";
    typing.entry.placeholder = "102, hoặc bich dao";
    at("door-desk-tools").hidden = false;
    at("door-substitute").href = `/congress/${state.me.congress.id}/substitutions`;
  }
  if (profile() === "kiosk") kiosk = new Kiosk(camera, () => showWaiting(waitingWord()));
  showWaiting(waitingWord());
}

async function begin() {
  at("door-plain").hidden = window.isSecureContext;
  if (window.isSecureContext && navigator.serviceWorker) keepPage(worker, idle).catch(() => {});
  await identify(api, version);
  network.forced = state.settings.forced;
  open();
  wire();
  if (canSeal && !kiosk) await recallLast(undo);
  started = true;
  early.splice(0).filter(({ since }) => Date.now() - since < EARLY_MS).forEach(({ read }) => scanText(read));
  for (const [source, events] of [[network, ["change"]], [sync, ["me", "list"]], [changes, ["change"]]]) {
    for (const event of events) source.addEventListener(event, tell);
  }
  sync.addEventListener("list", () => desk?.reread());
  sync.start();
  tell();
  stayAwake();
  if (!kiosk) initPictures(camera, scanText);
}

begin().catch((error) => {
  const text = "Trình duyệt này không cho trang giữ dữ liệu. Tắt chế độ riêng tư, hoặc dùng trình duyệt khác, rồi tải lại.";
  welcome({ title: "Chưa mở được cửa", text, form: false });
  throw error;
});
