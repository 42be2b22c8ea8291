// Polls the counts of a sitting every two seconds while the page is seen; an unchanged answer is a 304 of a few bytes.
const POLL_MS = 2000;

/** Call `onChange(counts)` whenever the figures differ from the last ones; `onReach(true|false)` tells of the network. */
export function watchCounts(url, onChange, onReach = () => {}) {
  let etag = null;
  async function ask() {
    if (!document.hidden) {
      try {
        const headers = { Accept: "application/json", ...(etag && { "If-None-Match": etag }) };
        const response = await fetch(url, { headers, signal: AbortSignal.timeout(8000) });
        if (response.ok) {
          const first = etag === null;
          etag = response.headers.get("ETag");
          onChange(await response.json(), first);
        }
        onReach(response.status < 500);
      } catch {
        onReach(false);
      }
    }
    setTimeout(ask, POLL_MS);
  }
  ask();
}
