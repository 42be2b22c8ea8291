// The grip of each row of a running order: drag it, or lift the row with the space bar and move it with the arrow keys.
// Rows carry data-row (title) and data-url (where the new place is posted). Without script the arrow buttons do the same.
import { toast } from "./toast.js";

const EDGE = 90; // so near the edge of the window, in pixels, the page scrolls along
const area = document.getElementById("agenda");
const said = document.getElementById("agenda-said");
let held = null; // {row, from, pointer} while a row is lifted
let posting = false; // nothing is lifted while a new order is on its way

const rowsOf = (row) => [...row.parentElement.querySelectorAll("[data-row]")];
const placeOf = (row) => rowsOf(row).indexOf(row);
const say = (text) => { said.textContent = text; };

function showGrips() {
  for (const grip of area.querySelectorAll("[data-grip]")) {
    grip.hidden = false;
    grip.style.touchAction = "none";
    grip.style.cursor = "grab";
  }
}

function lift(row, pointer) {
  held = { row, from: placeOf(row), pointer };
  row.classList.add("is-picked");
}

// The lifted row itself stays in the document, its neighbours jump over it: so it keeps the focus and the finger.
function shift(row, place) {
  const rows = rowsOf(row);
  const now = rows.indexOf(row);
  if (place > now) row.before(...rows.slice(now + 1, place + 1));
  if (place < now) row.after(...rows.slice(Math.max(place, 0), now));
}

function letGo() {
  const { row, from } = held;
  row.classList.remove("is-picked");
  held = null;
  return { row, from };
}

function putBack() {
  const { row, from } = letGo();
  shift(row, from);
}

async function drop() {
  const { row, from } = letGo();
  const to = placeOf(row);
  if (to === from) return;
  posting = true;
  try {
    await post(row, to);
    say(`${row.dataset.row}: vị trí ${to + 1}.`);
  } catch (failure) {
    shift(row, from);
    toast(failure.message, "error");
  }
  posting = false;
}

// The answer is the page with its times and checks worked out anew.
async function post(row, to) {
  const token = document.querySelector("input[name=csrf_token]").value;
  const body = new URLSearchParams({ csrf_token: token, to });
  let answer;
  try {
    answer = await fetch(row.dataset.url, { method: "POST", body, headers: { Accept: "application/json" } });
  } catch {
    throw new Error("Mất mạng, chưa xếp lại được. Thử lại khi có mạng.");
  }
  const isPage = answer.headers.get("Content-Type")?.startsWith("text/html");
  if (!answer.ok || !isPage) throw new Error(isPage ? "Chưa xếp lại được. Tải lại trang." : (await answer.json()).message);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  area.replaceChildren(...page.getElementById("agenda").childNodes);
  showGrips();
  document.getElementById(row.id).querySelector("[data-grip]").focus({ preventScroll: true });
}

function follow(y) {
  const rows = rowsOf(held.row);
  const now = rows.indexOf(held.row);
  const middle = (row) => { const box = row.getBoundingClientRect(); return box.top + box.height / 2; };
  let place = now;
  while (place + 1 < rows.length && y > middle(rows[place + 1])) place += 1;
  if (place === now) while (place > 0 && y < middle(rows[place - 1])) place -= 1;
  shift(held.row, place);
}

function scrollAlong() {
  if (!held?.pointer) return;
  const { y } = held.pointer;
  if (y < EDGE) scrollBy({ top: -10, behavior: "instant" });
  else if (y > innerHeight - EDGE) scrollBy({ top: 10, behavior: "instant" });
  follow(y);
  requestAnimationFrame(scrollAlong);
}

area.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-grip]");
  if (!grip || held || posting || event.button !== 0) return;
  event.preventDefault(); // no text is selected on the way
  grip.focus({ preventScroll: true });
  grip.setPointerCapture(event.pointerId);
  lift(grip.closest("[data-row]"), { id: event.pointerId, y: event.clientY });
  scrollAlong();
});
area.addEventListener("pointermove", (event) => {
  if (held?.pointer?.id === event.pointerId) held.pointer.y = event.clientY;
});
area.addEventListener("pointerup", (event) => {
  if (held?.pointer?.id !== event.pointerId) return;
  follow(event.clientY);
  drop();
});
area.addEventListener("pointercancel", (event) => { if (held?.pointer?.id === event.pointerId) putBack(); });

area.addEventListener("keydown", (event) => {
  const row = event.target.closest("[data-grip]")?.closest("[data-row]");
  if (!row || posting || (held && held.row !== row)) return;
  if (event.key === " " || event.key === "Enter") {
    event.preventDefault();
    if (held) drop();
    else {
      lift(row, null);
      say(`Đã nhấc ${row.dataset.row}, vị trí ${held.from + 1} trên ${rowsOf(row).length}.`);
    }
  } else if (held && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    shift(row, placeOf(row) + (event.key === "ArrowUp" ? -1 : 1));
    say(`Vị trí ${placeOf(row) + 1} trên ${rowsOf(row).length}.`);
    row.scrollIntoView({ block: "nearest" });
  } else if (held && event.key === "Escape") {
    putBack();
    say("Đã để lại chỗ cũ.");
  }
});
area.addEventListener("focusout", () => { if (held && !held.pointer) putBack(); });

showGrips();
