// The live boards: every two seconds the part that changes is asked for; while nothing changed the answer is a 304 of a few bytes.
import { offerCopies } from "./copy.js";

const POLL_MS = 2000;
const PATIENCE_MS = 8000;

const live = document.getElementById("board-live");
const net = document.getElementById("board-net");
let etag = `W/"${live.dataset.etag}"`;
let lostAt = null;

/** Put in what came, and leave open what somebody has opened. */
function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const opened of live.querySelectorAll("details[open]")) {
    const again = page.getElementById(opened.id);
    if (again) again.open = true;
  }
  const focused = live.contains(document.activeElement) && document.activeElement.closest("details")?.id;
  live.replaceChildren(...page.body.childNodes);
  if (focused) document.getElementById(focused)?.querySelector("summary").focus({ preventScroll: true });
  offerCopies(live);
}

function tellNetwork(reached) {
  if (reached) lostAt = null;
  else lostAt ??= new Date();
  net.hidden = reached;
  const clock = lostAt?.toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
  net.querySelector("span").textContent = reached ? "" : `Mất mạng từ ${clock}: số liệu bên dưới là của lúc ấy.`;
}

async function ask() {
  try {
    const headers = { "If-None-Match": etag };
    const response = await fetch(live.dataset.live, { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
    if (response.redirected || response.status === 403 || response.status === 404) return location.reload(); // signed out, or not theirs any more
    if (response.ok && !live.querySelector("textarea:focus")) { // somebody is marking the sentence: not under their hand
      etag = response.headers.get("ETag");
      show(await response.text());
    }
    tellNetwork(response.status < 500);
  } catch {
    tellNetwork(false);
  }
}

async function watch() {
  const started = performance.now();
  if (!document.hidden) await ask();
  setTimeout(watch, Math.max(0, POLL_MS - (performance.now() - started)));
}
watch();
document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });

// The screen in the hall: the whole of it, and it does not fall asleep.
const full = document.getElementById("screen-full");
if (full && document.documentElement.requestFullscreen) {
  full.hidden = false;
  full.addEventListener("click", () => document.documentElement.requestFullscreen());
  document.addEventListener("fullscreenchange", () => { full.hidden = Boolean(document.fullscreenElement); });
}
if (full && navigator.wakeLock) {
  const stayAwake = () => { if (!document.hidden) navigator.wakeLock.request("screen").catch(() => {}); };
  stayAwake();
  document.addEventListener("visibilitychange", stayAwake);
}
