// What is typed: a whole code is a scan, a short number is a badge number shown to confirm, letters are a name for the desk.
import { whereOf } from "./door-show.js";

const SEARCH_AFTER_MS = 200;
const LONGEST_NUMBER = 9;
const RIGHT_PERSON = "Đúng người này thì bấm Cho vào hoặc Enter.";
const RIGHT_NUMBER = "So với số in trên thẻ rồi bấm Cho vào hoặc Enter.";
const BY_NUMBER = "Gõ số thẻ, mất mạng";
const form = document.getElementById("door-entry");
const { entry } = form.elements;
const found = document.getElementById("door-found");
const nothing = document.getElementById("door-nothing");

/** Wire the field. `desk()` is the desk or null, `confirm(word, person, message)` asks, `trouble(word, text)` says. */
export function initTyping({ scan, scanText, desk, api, confirm, trouble }) {
  let timer;
  let searched = 0;

  function clear() {
    clearTimeout(timer);
    searched += 1;
    found.replaceChildren();
    nothing.textContent = "";
    entry.value = "";
    entry.blur(); // the next burst of a scanner falls into no field, where no input method can spoil it
  }

  async function search(text) {
    const mine = ++searched;
    nothing.textContent = "";
    try {
      const people = await desk().search(text);
      return mine === searched ? people : null;
    } catch (error) {
      nothing.textContent = error.status === 0 ? "Mất mạng: quét thẻ bàn để tìm tên trong máy." : error.message;
      return null;
    }
  }

  function list(people) {
    const shape = document.getElementById("door-found-shape").content.firstElementChild;
    found.replaceChildren(...people.map((person) => {
      const item = shape.cloneNode(true);
      item.querySelector("[data-part]").textContent = person.name;
      item.querySelector("small").textContent = [person.number, whereOf(person), person.group_label].filter(Boolean).join(" · ");
      item.querySelector("button").addEventListener("click", () => { clear(); desk().openPerson(person); });
      return item;
    }));
    nothing.textContent = people.length ? "" : "Không tìm thấy. Gõ ít chữ hơn, hoặc ghi khách ngoài danh sách.";
  }

  /** Whose number it is, for a gate: one person, by the whole number, and no photo before their badge was seen. */
  async function lookUp(number) {
    if (!api.network.online) return [];
    const { people } = await api.post("/api/gate/search", { text: String(number) }, { counts: true }).catch(() => ({ people: [] }));
    return people.map((person) => ({ ...person, photo_v: "" }));
  }

  async function byNumber(number) {
    const people = desk() ? await search(String(number)) : await lookUp(number);
    if (!people) return;
    entry.value = "";
    const person = people[0] ?? null;
    if (!desk() && !api.network.online) return scan({ number });
    if (desk() && !person) return scan({ number }); // the answer says that there is none
    if (!(await confirm(`Số ${number}?`, person, person ? RIGHT_PERSON : RIGHT_NUMBER))) return;
    if (desk() && !api.network.online) return scan(desk().askedFor(person), { reason: BY_NUMBER });
    scan({ number });
  }

  // A name typed while nothing has the focus goes here too; digits come by the wedge.
  document.addEventListener("keydown", (event) => {
    const free = document.activeElement === document.body && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (desk() && free && /^\p{L}$/u.test(event.key)) entry.focus({ preventScroll: true });
  });

  entry.addEventListener("input", () => {
    const text = entry.value.trim();
    clearTimeout(timer);
    searched += 1;
    found.replaceChildren();
    nothing.textContent = "";
    if (!desk() || text.length < 2 || /^[\d\s]+$/.test(text)) return;
    timer = setTimeout(async () => {
      const people = await search(text);
      if (people) list(people);
    }, SEARCH_AFTER_MS);
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = entry.value.trim();
    const digits = text.replace(/[\s.-]/g, "");
    if (!text) return;
    clearTimeout(timer);
    if (/^\d+$/.test(digits)) {
      if (digits.length > LONGEST_NUMBER) scanText(digits);
      else await byNumber(Number(digits));
    } else if (desk()) {
      const people = await search(text);
      if (people) list(people);
    } else trouble("HỎI BÀN", "Cửa không tìm theo tên. Quét thẻ, gõ số thẻ, hoặc gửi sang bàn hỗ trợ.");
  });

  return { clear, entry };
}
