// What the door shows: one huge answer, the person, and what may be done about it. Names are shown and never kept.
import { signal } from "./door-sound.js";

const panel = document.getElementById("door-answer");
const part = (name) => panel.querySelector(`[data-part="${name}"]`);
const act = (name) => panel.querySelector(`[data-act="${name}"]`);
const handlers = {};
let pictureUrl = null;

export const shown = { answer: null };

/** Do `handler(answer)` when the button of an act is pressed. */
export function onAct(name, handler) {
  handlers[name] = handler;
}

panel.addEventListener("click", (event) => {
  const name = event.target.closest("[data-act]")?.dataset.act;
  if (name) handlers[name]?.(shown.answer);
});
panel.addEventListener("animationend", () => panel.classList.remove("is-new"));

export function whereOf(person) {
  return [person.unit, person.delegation && `Đoàn ${person.delegation}`].filter(Boolean).join(" · ");
}

function put(name, text) {
  part(name).textContent = text ?? "";
  part(name).hidden = !text;
}

/** The photo beside the name; the old one goes at once, so that nobody is taken for the one before. */
function showPhoto(person, picture) {
  const photo = part("photo");
  if (pictureUrl) URL.revokeObjectURL(pictureUrl);
  pictureUrl = picture ? URL.createObjectURL(picture) : null;
  photo.removeAttribute("src");
  photo.hidden = !pictureUrl && !(person?.photo_v && person.photo_online);
  if (!photo.hidden) photo.src = pictureUrl ?? `/api/gate/photos/${person.id}?v=${person.photo_v}`;
}

part("photo").addEventListener("error", () => { part("photo").hidden = true; });

function showFacts(person) {
  part("facts").hidden = !person;
  for (const box of panel.querySelectorAll("[data-fact]")) {
    const value = person?.[box.dataset.fact];
    const text = Array.isArray(value) ? value.join(", ") : value;
    box.hidden = !text;
    box.lastElementChild.textContent = text ?? "";
  }
  const notices = person?.notices ?? [];
  part("notices").hidden = !notices.length;
  part("notices").replaceChildren(...notices.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
}

function fill(tone, word, person, message, picture = null) {
  panel.dataset.answer = tone;
  put("word", word);
  showPhoto(person, picture);
  put("name", person?.name);
  put("where", person && whereOf(person));
  put("message", message);
  showFacts(person);
  for (const button of panel.querySelectorAll("[data-act]")) button.hidden = true;
  panel.classList.remove("is-new");
  void panel.offsetWidth; // lets the same flash play again
  panel.classList.add("is-new");
  if (matchMedia("(max-width: 900px)").matches) scrollTo({ top: 0 });
}

/** Put a button under the answer. */
export function offer(name, label) {
  act(name).hidden = false;
  if (label) act(name).querySelector("span").textContent = label;
}

export function showWaiting(word) {
  shown.answer = null;
  fill("wait", word);
}

/** What may be done about an answer, {act: the button's words, or true}; at a desk more, printing with the server alone. */
export function actsFor({ code, result, delegate, kind }, { atDesk, reached }) {
  const letIn = code === "not_listed" ? "Cho vào" : atDesk && ["not_approved", "reserve"].includes(code) && "Cho vào, ghi lý do";
  const print = atDesk && reached && delegate?.id && (code === "owner" ? "In thẻ mới" : code === "let_in" && "In thẻ");
  return { undo: result === "ok" && kind !== "print", "let-in": letIn, owner: atDesk && code === "already_in", print };
}

/** Show an answer; `may` names the acts that this device may do about it: undo, let-in, owner, print, group. */
export function showAnswer(answer, may) {
  shown.answer = answer;
  const person = answer.delegate && { ...answer.delegate, photo_online: !answer.offline };
  const { device: name, gate } = answer.first ?? {}; // a device that stands at no gate is named as its gate already
  const device = answer.result === "again" && document.body.dataset.profile !== "kiosk" && name !== gate && name;
  fill(answer.tone, answer.word, person, device ? `${answer.message} Máy: ${device}.` : answer.message, answer.photo);
  for (const [name, label] of Object.entries(may)) if (label) offer(name, label === true ? "" : label);
  signal(answer.tone);
}

/** Something stands in the way: say so, large. */
export function showTrouble(word, message) {
  shown.answer = null;
  fill("ask", word, null, message);
  signal("stop");
}

/** A quiet word: something was done. */
export function showDone(word, message) {
  shown.answer = null;
  fill("wait", word, null, message);
}

/** Show a person (or only what was typed) and wait: true for "Cho vào", false when it is not or something else is shown meanwhile. */
export function askToConfirm(word, person, message, waiting) {
  shown.answer = null;
  fill("ask", word, person && { ...person, photo_online: true }, message);
  offer("confirm");
  offer("cancel");
  act("confirm").focus({ preventScroll: true });
  return new Promise((done) => {
    handlers.confirm = () => done(true);
    handlers.cancel = () => { showWaiting(waiting()); done(false); };
  });
}
