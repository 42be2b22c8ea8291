// Polls the counts of a sitting every two seconds while the page is seen; an unchanged answer is a 304 of a few bytes.
const POLL_MS = 2000;

/**
 * Call `onChange(counts, first)` whenever the figures differ from the last ones; `onReach(true|false)` tells of the network.
 * The function given back forgets the last figures: the page has changed what it shows by itself.
 */
export function watchCounts(url, onChange, onReach = () => {}) {
  let etag = null;
  let first = true;
  async function ask() {
    if (!document.hidden) {
      try {
        const headers = { Accept: "application/json", ...(etag && { "If-None-Match": etag }) };
        const response = await fetch(url, { headers, signal: AbortSignal.timeout(8000) });
        if (response.ok) {
          etag = response.headers.get("ETag");
          onChange(await response.json(), first);
          first = false;
        }
        onReach(response.status < 500);
      } catch {
        onReach(false);
      }
    }
    setTimeout(ask, POLL_MS);
  }
  ask();
  return () => { etag = null; };
}
