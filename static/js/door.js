// The door: badges from a hand-held scanner, the camera, a typed number or a name become scans; the answer fills the screen.
import "./toast.js";
import { Camera } from "./door-camera.js";
import { Sender, post } from "./door-send.js";
import { askToConfirm, markUndone, showAnswer, showTrouble, showUndone, whereOf } from "./door-show.js";
import { listenToScanner } from "./door-wedge.js";
import { watchCounts } from "./live-counts.js";

const SEARCH_AFTER_MS = 200;
const form = document.getElementById("door-entry");
const entry = form.elements.entry;
const csrf = form.elements.csrf_token.value;
const place = { sitting_id: Number(form.dataset.sitting), gate: form.dataset.gate };
const net = document.getElementById("door-net");
const found = document.getElementById("door-found");
const nothing = document.getElementById("door-nothing");
let searchTimer;
let searched = 0;

// The network, and scans that wait for it.
function showNet(state, waiting) {
  net.dataset.state = state;
  net.querySelector("[data-part]").textContent = { online: "Đang nối mạng", sending: "Đang gửi", offline: "Mất mạng" }[state];
  net.querySelector(".door-queue").textContent = waiting ? `${waiting} lượt chưa gửi` : "";
}

const sender = new Sender(form.dataset.scans, csrf, {
  onAnswer: (answer) => { showAnswer(answer); showInside(answer.counts); forgetCounts(); },
  onRefused: (error) => {
    if (error.status === 401) showTrouble("HẾT PHIÊN", "Tải lại trang để đăng nhập, rồi quét lại.");
    else showTrouble("HỎI BÀN", error.message);
  },
  onState: (state, waiting) => {
    showNet(state, waiting);
    if (state === "offline") showTrouble("CHỜ MẠNG", "Mất mạng: chưa gửi. Máy tự gửi lại, không quét lại lần nữa.");
  },
});

function scan(asked) {
  clearFound();
  entry.value = "";
  sender.send({ ...place, ...asked });
}

listenToScanner(entry, (token) => scan({ token }));

// Typing: digits are a badge number, whose name is shown to confirm; letters search by name.
function clearFound() {
  clearTimeout(searchTimer);
  searched += 1;
  found.replaceChildren();
  nothing.textContent = "";
}

async function search(text) {
  const mine = ++searched;
  try {
    const { people } = await post(form.dataset.search, csrf, { text });
    return mine === searched ? people : null;
  } catch (error) {
    nothing.textContent = error.status === 0 ? "Mất mạng: chưa tìm được." : error.message;
    return null;
  }
}

function list(people) {
  const shape = document.getElementById("door-found-shape").content.firstElementChild;
  found.replaceChildren(...people.map((person) => {
    const item = shape.cloneNode(true);
    item.querySelector("[data-part]").textContent = person.name;
    item.querySelector("small").textContent = [person.number, whereOf(person), person.group_label].filter(Boolean).join(" · ");
    item.querySelector("button").addEventListener("click", () => scan({ delegate_id: person.id }));
    return item;
  }));
  nothing.textContent = people.length ? "" : "Không tìm thấy. Gõ ít chữ hơn, hoặc gửi bàn hỗ trợ.";
}

entry.addEventListener("input", () => {
  clearFound();
  const text = entry.value.trim();
  if (text.length < 2 || /^[\d\s]+$/.test(text)) return;
  searchTimer = setTimeout(async () => {
    const people = await search(text);
    if (people) list(people);
  }, SEARCH_AFTER_MS);
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = entry.value.trim();
  const digits = text.replace(/\s/g, "");
  if (!text) return;
  clearFound();
  if (/^\d{10,}$/.test(digits)) return scan({ token: digits });
  const people = await search(/^\d+$/.test(digits) ? digits : text);
  if (!people) return;
  if (!/^\d+$/.test(digits)) return list(people);
  if (!people.length) return scan({ number: Number(digits) }); // the server's words say that there is none
  entry.value = "";
  if (await askToConfirm(people[0])) scan({ number: people[0].number });
});

// Taking back.
document.addEventListener("submit", async (event) => {
  const undo = event.target;
  if (!undo.elements.scan_id) return;
  event.preventDefault();
  try {
    const done = await post(undo.action, csrf, { scan_id: undo.elements.scan_id.value });
    markUndone(done.scan_id);
    showUndone(done.message);
    forgetCounts();
  } catch (error) {
    showTrouble("CHƯA HOÀN TÁC", error.status === 0 ? "Mất mạng: thử lại." : error.message);
  }
});

// The camera and photos.
const decode = async (jpeg) => (await post(form.dataset.frame, csrf, jpeg)).text;
const camera = new Camera(document.getElementById("door-camera"), decode, (text) => scan({ token: text.slice(0, 200) }));
const cameraButton = document.getElementById("door-camera-button");
const photo = document.getElementById("door-photo");

cameraButton.addEventListener("click", async () => {
  const words = cameraButton.querySelector("span");
  if (camera.stream) {
    camera.stop();
    words.textContent = "Quét bằng camera";
    return;
  }
  try {
    await camera.start();
    words.textContent = "Tắt camera";
  } catch (error) {
    showTrouble("HỎI BÀN", error.message);
  }
});

photo.addEventListener("change", async () => {
  if (!photo.files.length) return;
  try {
    const text = await camera.readPhoto(photo.files[0]);
    if (text) scan({ token: text.slice(0, 200) });
    else showTrouble("CHƯA ĐỌC ĐƯỢC", "Chụp lại gần hơn, đủ sáng, hoặc gõ số thẻ.");
  } catch {
    showTrouble("CHƯA ĐỌC ĐƯỢC", "Chưa đọc được ảnh này. Chụp lại, hoặc gõ số thẻ.");
  }
  photo.value = "";
});

document.getElementById("door-ways").hidden = false;

// Live figures.
function showInside({ inside, expected }) {
  document.querySelector('[data-count="inside"]').textContent = inside;
  document.querySelector('[data-count="expected"]').textContent = expected;
}

const forgetCounts = watchCounts(form.dataset.counts, (counts) => {
  showInside(counts);
  document.querySelector('[data-count="walk_ins"]').textContent = counts.walk_ins;
  document.querySelector('[data-count="walk-ins"]').hidden = !counts.walk_ins;
  const notice = document.getElementById("door-notice");
  notice.textContent = counts.notice;
  notice.hidden = !counts.notice;
  document.getElementById("door-groups").replaceChildren(...counts.groups.map((line) => {
    const row = document.createElement("tr");
    const label = Object.assign(document.createElement("th"), { scope: "row", textContent: line.label });
    row.append(label, Object.assign(document.createElement("td"), { textContent: `${line.inside} / ${line.expected}` }));
    return row;
  }));
}, (reached) => {
  if (!sender.waiting.length) showNet(reached ? "online" : "offline", 0);
});
