// Keeping the page itself: the service worker holds its files, and a new version takes over when nobody is being scanned.
const LOOK_MS = 3000;
const UPDATE_MS = 10 * 60 * 1000;

/** Register the worker; `idle()` says whether a reload disturbs nobody now. */
export async function keepPage(url, idle) {
  const workers = navigator.serviceWorker;
  let kept = Boolean(workers.controller);
  const registration = await workers.register(url, { scope: "/gate", updateViaCache: "none" });
  workers.addEventListener("controllerchange", () => {
    if (kept) location.reload(); // the first worker changes nothing that is shown
    kept = true;
  });
  setInterval(() => { if (registration.waiting && idle()) registration.waiting.postMessage("take-over"); }, LOOK_MS);
  setInterval(() => registration.update().catch(() => {}), UPDATE_MS);
  navigator.storage?.persist?.();
}

/** The screen of a door stays on. */
export function stayAwake() {
  const hold = () => { if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {}); };
  document.addEventListener("visibilitychange", hold);
  hold();
}
