// What the door shows: the answer, the person to confirm, the last five.
import { signal } from "./door-sound.js";

const LAST = 5;
const panel = document.getElementById("door-answer");
const last = document.getElementById("door-last");
const part = (name) => panel.querySelector(`[data-part="${name}"]`);

export function whereOf(person) {
  return [person.unit, person.delegation && `Đoàn ${person.delegation}`].filter(Boolean).join(" · ");
}

function put(name, text) {
  part(name).textContent = text ?? "";
  part(name).hidden = !text;
}

/** The photo beside the name; the old one goes at once, so that nobody is taken for the one before. */
function showPhoto(person) {
  const photo = part("photo");
  photo.removeAttribute("src");
  photo.hidden = !person?.photo_v;
  if (person?.photo_v) photo.src = `${photo.dataset.url.replace(/0$/, person.id)}?v=${person.photo_v}`;
}

function fill(tone, word, person, message) {
  panel.dataset.answer = tone;
  put("word", word);
  showPhoto(person);
  put("name", person?.name);
  put("where", person && whereOf(person));
  put("message", message);
  part("facts").hidden = !person;
  part("group").textContent = person?.group_label ?? "";
  part("number").textContent = person?.number ?? "";
  for (const name of ["undo", "confirm", "cancel", "let-in"]) if (part(name)) part(name).hidden = true;
  panel.classList.remove("is-new");
  void panel.offsetWidth; // lets the same flash play again
  panel.classList.add("is-new");
  if (matchMedia("(max-width: 900px)").matches) scrollTo({ top: 0 });
}

panel.addEventListener("animationend", () => panel.classList.remove("is-new"));

export function showWaiting() {
  fill("wait", "Quét thẻ, hoặc gõ số thẻ");
}

export function showAnswer(answer) {
  fill(answer.tone, answer.word, answer.delegate, answer.message);
  if (answer.result === "ok") {
    part("undo").hidden = false;
    part("undo").elements.scan_id.value = answer.scan_id;
  }
  const letIn = part("let-in");
  if (letIn && ["not_approved", "reserve"].includes(answer.code)) {
    letIn.href = `${letIn.dataset.url}&delegate=${answer.delegate.id}`;
    letIn.hidden = false;
  }
  signal(answer.tone);
  if (answer.scan_id) addToLast(answer);
}

/** Nothing came back from the server: say so, large. */
export function showTrouble(word, message) {
  fill("ask", word, null, message);
  signal("stop");
}

export function showUndone(message) {
  fill("wait", "Đã hoàn tác", null, message);
}

/** Show a person and wait: true for "Cho vào", false for "Không phải" or when something else is shown meanwhile. */
export function askToConfirm(person) {
  fill("ask", `Số ${person.number}?`, person, "Đúng người này thì bấm Cho vào hoặc Enter.");
  const [confirm, cancel] = [part("confirm"), part("cancel")];
  confirm.hidden = cancel.hidden = false;
  confirm.focus({ preventScroll: true });
  return new Promise((done) => {
    confirm.onclick = () => done(true);
    cancel.onclick = () => { showWaiting(); done(false); };
  });
}

function addToLast(answer) {
  const line = document.getElementById("door-last-shape").content.firstElementChild.cloneNode(true);
  line.dataset.answer = answer.tone;
  const name = answer.delegate?.name ?? "Chưa rõ ai";
  line.querySelector(".door-last-name").textContent = name;
  line.querySelector("small").textContent = `${answer.clock} · ${answer.word.toLowerCase()}`;
  const undo = line.querySelector("form");
  undo.elements.scan_id.value = answer.scan_id;
  undo.querySelector("button").setAttribute("aria-label", `Hoàn tác: ${name}`);
  if (answer.result !== "ok") undo.remove();
  last.prepend(line);
  while (last.children.length > LAST) last.lastElementChild.remove();
}

/** Mark the line of a scan as taken back. */
export function markUndone(scanId) {
  for (const form of last.querySelectorAll("form")) {
    if (form.elements.scan_id.value !== String(scanId)) continue;
    const line = form.closest("li");
    line.dataset.answer = "wait";
    line.querySelector("small").textContent = line.querySelector("small").textContent.replace(/ · .*/, " · đã hoàn tác");
    form.remove();
  }
}
