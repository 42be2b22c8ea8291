// Becoming a device by a code, and ceasing to be one: everything this browser carries is deleted.
import { wipe } from "./door-store.js";
import { canSeal } from "./door-crypto.js";

const REDEEM = "/api/devices/redeem";
const RETRY_MS = 5000;
const at = (id) => document.getElementById(id);

/** The code behind the # of the address; it is taken out of the address at once. */
export function codeInAddress() {
  const code = decodeURIComponent(location.hash.slice(1)).replace(/\s/g, "");
  if (location.hash || location.pathname !== "/gate") history.replaceState(null, "", "/gate");
  return code || null;
}

/** Fill the welcome page; `form` and `retry` say which of its ways are open. */
export function welcome({ title, text, form = true, retry = false }) {
  document.body.dataset.state = "welcome";
  at("door-welcome").hidden = false;
  for (const part of document.querySelectorAll("[data-when]")) part.hidden = true;
  if (title) at("door-welcome-title").textContent = title;
  if (text) at("door-welcome-text").textContent = text;
  at("door-pair").hidden = !form;
  at("door-retry").hidden = !retry;
}

/** Wait until this browser is a device; `code` is tried first. */
export async function pair(api, version, code) {
  if (code && await redeem(api, version, code)) return;
  welcome({});
  await typedCode(api, version);
}

function typedCode(api, version) {
  return new Promise((done) => {
    at("door-pair").onsubmit = async (event) => {
      event.preventDefault();
      const typed = at("pairing-code").value.replace(/[\s.-]/g, "");
      if (typed && await redeem(api, version, typed)) done();
    };
  });
}

/** The server could not be asked who we are: say so, and come back by the button or after a while. */
export function waitForServer(error) {
  const text = error.status === 0 ? "Máy này cần gặp máy chủ một lần trước khi làm việc không mạng." : error.message;
  welcome({ title: error.status === 0 ? "Chưa gặp máy chủ" : "Chưa mở được cửa", text, form: false, retry: true });
  return new Promise((done) => {
    at("door-retry").onclick = done;
    setTimeout(done, RETRY_MS);
  });
}

async function redeem(api, version, pairing_code) {
  try {
    await api.post(REDEEM, { pairing_code, version });
    at("pairing-code").value = "";
    at("door-pair-fault").textContent = "";
    return true;
  } catch (error) {
    at("pairing-code").value = pairing_code.replace(/(.{4})/g, "$1 ").trim();
    at("door-pair-fault").textContent = error.status === 0 ? "Chưa gặp máy chủ. Kiểm tra mạng rồi bấm lại." : error.message;
    return false;
  }
}

/** Delete all stores, caches and the service worker. */
export async function deleteEverything() {
  if (canSeal) await wipe();
  if ("caches" in window) for (const name of await caches.keys()) await caches.delete(name);
  for (const registration of await (navigator.serviceWorker?.getRegistrations() ?? [])) await registration.unregister();
  sessionStorage.clear();
}

/** The device was revoked: nothing stays, and the server hears of it. A new code makes it a device again. */
export async function bow(api, version) {
  await deleteEverything();
  await api.post("/api/devices/wiped", {}).catch(() => {});
  const text = "Danh sách và dữ liệu điểm danh trong máy đã được xóa. Muốn dùng lại, nhờ người phụ trách cấp mã ghép mới.";
  welcome({ title: "Máy này đã bị thu hồi", text });
  await typedCode(api, version);
  location.assign("/gate");
}
