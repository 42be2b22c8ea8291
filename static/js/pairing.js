// The page of a pairing code: counts down, and says by itself when a machine has taken the code.
const POLL_MS = 2000;
const page = document.getElementById("pairing");
const left = document.getElementById("pairing-left");
// The page's own clock may be wrong: only the time that has passed since it was made is read from it.
const ends = Date.parse(page.dataset.ends) - Date.parse(page.dataset.now) + performance.now();
let etag = null;

function show(state, device) {
  if (state === page.dataset.state) return;
  page.dataset.state = state;
  if (device) document.getElementById("pairing-device").textContent = device;
  for (const part of page.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== state;
}

function countDown() {
  const seconds = Math.max(0, Math.round((ends - performance.now()) / 1000));
  if (left) left.textContent = ` (còn ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")})`;
}

async function ask() {
  if (!document.hidden) {
    try {
      const headers = { Accept: "application/json", ...(etag && { "If-None-Match": etag }) };
      const response = await fetch(page.dataset.url, { headers, signal: AbortSignal.timeout(8000) });
      if (response.ok) {
        etag = response.headers.get("ETag");
        const { state, device } = await response.json();
        show(state, device);
      }
    } catch {
      // no network for a moment: the next question may be answered
    }
  }
  if (page.dataset.state === "waiting") setTimeout(ask, POLL_MS);
}

if (page.dataset.state === "waiting") {
  countDown();
  setInterval(countDown, 1000);
  ask();
}
