// The table of devices, fetched again every five seconds while it is seen: when each was last heard of changes all the time.
const POLL_MS = 5000;
const rows = document.getElementById("device-rows");

async function refresh() {
  if (!document.hidden && !rows.querySelector("dialog[open]") && !rows.contains(document.activeElement)) {
    try {
      const response = await fetch(location.href, { signal: AbortSignal.timeout(8000) });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = response.ok && page.getElementById("device-rows");
      if (fresh && !rows.querySelector("dialog[open]")) rows.replaceChildren(...fresh.childNodes);
    } catch {
      // no network for a moment: the next one may be answered
    }
  }
  setTimeout(refresh, POLL_MS);
}

setTimeout(refresh, POLL_MS);
