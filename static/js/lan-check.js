// Whether this device trusts the server: a request to its secure address succeeds, whatever is answered, only if it does.

const EVERY_MS = 3000;
const box = document.querySelector("[data-trust]");

async function trusts() {
  try {
    await fetch(box.dataset.ping, { mode: "no-cors", cache: "no-store", credentials: "omit" });
    return true;
  } catch {
    return false;
  }
}

async function check() {
  const is = await trusts();
  box.dataset.trust = is ? "yes" : "no";
  if (!is) setTimeout(checkWhenSeen, EVERY_MS);
}

// Somebody who is in the settings of the phone comes back to a page that has just tried again.
function checkWhenSeen() {
  if (document.visibilityState === "visible") check();
  else document.addEventListener("visibilitychange", checkWhenSeen, { once: true });
}

check();
