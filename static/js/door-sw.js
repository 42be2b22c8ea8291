// The service worker of the gate: its files first from what it keeps, so that the page opens without network and without a server.
// VERSION, SHELL and FILES stand above; congress/web/gate.py writes them. What the server says under /api is never kept.
const CACHE = `gate-${VERSION}`;
const KEPT = new Set(FILES);

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([new Request(SHELL, { cache: "reload" }), ...FILES])));
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("message", (event) => {
  if (event.data === "take-over") self.skipWaiting();
});

async function fromCache(key, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(key, { ignoreVary: true })) ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const isShell = request.mode === "navigate" && (url.pathname === SHELL || url.pathname === `${SHELL}/pair`);
  if (isShell) event.respondWith(fromCache(SHELL, request));
  else if (KEPT.has(url.pathname)) event.respondWith(fromCache(url.pathname, request));
});
