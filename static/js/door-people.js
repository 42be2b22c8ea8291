// The supervisor's page: when a figure changes, and every half minute for what has no figure (silent devices, conflicts), the
// live part is fetched again.
import "./app.js";
import { watchCounts } from "./live-counts.js";

const ANYWAY_MS = 30_000;
const live = document.getElementById("live");
let fetched = Date.now();

async function refresh() {
  if (document.hidden || live.contains(document.activeElement)) return; // nobody looks, or somebody is about to press a button in it
  fetched = Date.now();
  try {
    const response = await fetch(location.href, { signal: AbortSignal.timeout(8000) });
    if (!response.ok || response.redirected) return; // signed out meanwhile: the next click says so
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("live");
    if (fresh && !live.contains(document.activeElement)) live.replaceChildren(...fresh.childNodes);
  } catch {
    // no network for the moment: what is shown stays
  }
}

watchCounts(live.dataset.counts, (_counts, first) => { if (!first) refresh(); });
setInterval(() => { if (Date.now() - fetched >= ANYWAY_MS) refresh(); }, 5000);
