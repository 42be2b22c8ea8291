// The last five scans of this machine, each with its way back. After a reload the names are gone, the scans are not.
import { all } from "./door-store.js";
import { changes } from "./door-queue.js";
import { inVietnam } from "./door-rules.js";

const LAST = 5;
const FORGOTTEN = "Lượt trước khi mở lại";
const NOBODY = "Chưa rõ ai";
const WORDS = { entry: "vào", exit: "ra", handout: "phát" };
const REFUSED = { again: "đã vào", refused: "dừng", unknown: "chưa rõ" };
const TONES = { ok: "in", again: "again", refused: "stop", unknown: "stop" };
const list = document.getElementById("door-last");
const shape = document.getElementById("door-last-shape").content.firstElementChild;
const more = document.getElementById("door-last-more");
let lines = [];

// On a phone the five lie folded at the lower edge.
more.addEventListener("click", () => more.setAttribute("aria-expanded", list.classList.toggle("is-open")));

export const clockOf = (moment) => inVietnam(moment).slice(11, 19);

/** Add an answer on top; `undo(line)` takes it back. */
export function addLast(answer, undo) {
  const name = answer.delegate?.name ?? NOBODY;
  const { nonce, kind, sitting_id, at, tone } = answer;
  const what = { nonce, k: answer.delegate?.key ?? null, kind, sitting_id, at, tone, word: answer.word.toLowerCase() };
  const short = name === NOBODY ? "?" : name.split(" ").at(-1);
  push({ ...what, name, short, ok: answer.result === "ok", waits: answer.offline, undone: false }, undo);
}

function push(line, undo) {
  lines = [{ ...line, undo }, ...lines].slice(0, LAST);
  draw();
}

/** What this machine did before the page was opened: without names, but to be taken back all the same. */
export async function recallLast(undo) {
  const [done, queue] = [await all("done"), await all("queue")];
  const waiting = new Set(queue.map((item) => item.nonce));
  const annulled = new Set([...done, ...queue].filter((item) => item.op === "annul").map((item) => item.nonce));
  const scans = [...done, ...queue].filter((item) => item.op === "scan" && !item.rejected).slice(-LAST);
  lines = scans.reverse().map(({ nonce, at, body }) => {
    const ok = body.shown === "ok" || body.override;
    const what = { nonce, k: body.key ?? null, kind: body.kind, sitting_id: body.sitting_id, at, ok };
    const shown = { name: FORGOTTEN, short: clockOf(at).slice(0, 5), tone: ok ? "in" : TONES[body.shown] };
    const word = ok ? WORDS[body.kind] ?? "in" : REFUSED[body.shown];
    return { ...what, ...shown, word, waits: waiting.has(nonce), undone: annulled.has(nonce), undo };
  });
  draw();
}

/** Mark the line of a scan as taken back. */
export function markUndone(nonce) {
  lines = lines.map((line) => (line.nonce === nonce ? { ...line, undone: true } : line));
  draw();
}

/** Forget the names: nobody else shall read them. */
export function forgetLast() {
  lines = [];
  draw();
}

function draw() {
  list.replaceChildren(...lines.map((line) => {
    const item = shape.cloneNode(true);
    item.dataset.answer = line.undone ? "wait" : line.tone;
    item.querySelector(".door-last-name").textContent = line.name;
    item.querySelector(".door-last-short").textContent = line.short;
    const words = [clockOf(line.at), line.undone ? "đã hoàn tác" : line.word, line.waits && "chờ gửi"];
    item.querySelector("small").textContent = words.filter(Boolean).join(" · ");
    const button = item.querySelector("button");
    button.setAttribute("aria-label", `Hoàn tác: ${line.name}`);
    button.addEventListener("click", () => line.undo(line));
    if (!line.ok || line.undone) button.parentElement.remove();
    return item;
  }));
}

changes.addEventListener("sent", ({ detail }) => {
  const sent = new Set(detail.items.map((item) => item.nonce));
  lines = lines.map((line) => (sent.has(line.nonce) ? { ...line, waits: false } : line));
  draw();
});
