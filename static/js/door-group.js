// The whole delegation at once, by its head: a list with ticks, then one scan for each by the name of their badge's record.
import { ask } from "./door-dialogs.js";
import { makeAttempt, membersOf, send } from "./door-scan.js";

const dialog = document.getElementById("door-group");
const list = document.getElementById("door-members");
const shape = document.getElementById("door-member-shape").content.firstElementChild;
const AT_ONCE = 100;
const VERBS = { entry: "Cho vào", exit: "Ghi ra", handout: "Phát" };

function showNumber(kind) {
  const chosen = list.querySelectorAll("input:checked").length;
  dialog.querySelector('[data-part="yes"]').textContent = `${VERBS[kind]} ${chosen} người`;
  dialog.querySelector('[value="ok"]').disabled = !chosen;
}

function tickAll(on, kind) {
  for (const box of list.querySelectorAll("input")) box.checked = on;
  showNumber(kind);
}

function draw(members, kind) {
  list.replaceChildren(...members.map((member, place) => {
    const item = shape.cloneNode(true);
    const box = item.querySelector("input");
    box.value = place;
    box.checked = !(kind === "entry" && member.inside);
    item.querySelector('[data-part="name"]').textContent = member.name;
    item.querySelector("small").textContent = [`Số thẻ ${member.number}`, member.inside && "đã vào"].filter(Boolean).join(" · ");
    return item;
  }));
  showNumber(kind);
}

/** Choose people of the delegation of a head who was scanned, and scan them; the answers, or null. */
export async function scanGroup(api, answer) {
  const members = await membersOf(answer);
  const { kind } = answer;
  document.getElementById("door-group-title").textContent = `Cả đoàn (${members.length} người)`;
  list.onchange = () => showNumber(kind);
  document.getElementById("door-group-all").onclick = () => tickAll(true, kind);
  document.getElementById("door-group-none").onclick = () => tickAll(false, kind);
  draw(members, kind);
  if (!(await ask("door-group"))) return null;
  const chosen = [...list.querySelectorAll("input:checked")].map((box) => members[box.value]);
  list.replaceChildren();
  const attempts = chosen.map(({ key, opener }) => makeAttempt({ key, opener }, { kind }));
  const answers = [];
  for (let from = 0; from < attempts.length; from += AT_ONCE) answers.push(...await send(api, attempts.slice(from, from + AT_ONCE)));
  return answers.map((each, place) => ({ ...each, delegate: each.delegate ?? chosen[place] }));
}

/** One sentence about many answers: who is in, and by name who is not. */
export function sumUp(answers) {
  const counted = (result) => answers.filter((answer) => answer.result === result).length;
  const [ok, again] = [counted("ok"), counted("again")];
  const rest = answers.filter((answer) => !["ok", "again"].includes(answer.result));
  const names = rest.map((answer) => answer.delegate.name).join(", ");
  const parts = [ok && `${ok} người vừa ghi`, again && `${again} người đã ghi trước`, names && `chưa được: ${names}`];
  const worst = rest[0] ?? answers.find((answer) => answer.result === "again" && !ok) ?? answers[0];
  return { tone: worst.tone, word: worst.word, message: `Cả đoàn: ${parts.filter(Boolean).join("; ")}.` };
}
