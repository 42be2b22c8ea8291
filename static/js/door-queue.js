// What the server has not heard yet, in the order it happened. Each step is on the disk before anything is shown; an item leaves
// only when it is answered, so an upload may be cut anywhere. Texts that people typed are sealed.
import { all, run } from "./door-store.js";
import { openOwn, sealOwn } from "./door-crypto.js";
import { ApiError } from "./door-api.js";
import { markTold } from "./door-seen.js";
import { now, state } from "./door-state.js";

const BATCH = 200;
const KEPT = 200;
const UPLOAD_MS = 30000;
const STOPS = [401, 403, 404, 410]; // about this device, not about a scan
const DAY_MS = 24 * 3600 * 1000;

export const changes = new EventTarget(); // "change", and "sent" with detail {items, answers}

function tell(what, detail) {
  changes.dispatchEvent(new CustomEvent(what, { detail }));
}

async function pack(op, nonce, body, texts) {
  const said = Object.fromEntries(Object.entries(texts).filter(([, text]) => text));
  const sealed = Object.keys(said).length ? await sealOwn(said) : null;
  return { op, nonce, body, sealed, congress_id: state.me.congress.id, at: body.happened_at ?? now() };
}

/** Add one scan, annul or walk-in at the end, with the fact it makes in the same stroke. */
export async function enqueue(op, nonce, body, texts, fact = null) {
  const item = await pack(op, nonce, body, texts);
  await run(["queue", "seen"], "readwrite", (stores) => {
    stores.queue.add(item);
    if (fact) stores.seen.put({ ...fact, told: null });
  });
  state.queued += 1;
  tell("change");
}

/** Keep what the server has answered, to offer it again after a reconnect. */
export async function keepAnswered(op, nonce, body, texts) {
  const item = await pack(op, nonce, body, texts);
  await run(["done"], "readwrite", (stores) => { stores.done.add(item); trim(stores.done); });
}

function trim(done) {
  const request = done.getAllKeys();
  request.onsuccess = () => request.result.slice(0, -KEPT).forEach((seq) => done.delete(seq));
}

/** Whether a scan still waits to be sent. */
export async function waits(nonce) {
  return (await all("queue")).some((item) => item.op === "scan" && item.nonce === nonce);
}

async function unpack({ nonce, body, sealed }) {
  return { nonce, ...body, ...(sealed ? await openOwn(sealed).catch(() => ({})) : {}) };
}

/** The first items that travel together: scans up to 200, anything else alone. */
function firstBatch(items) {
  const end = items.findIndex((item) => item.op !== "scan");
  return items.slice(0, end === -1 ? BATCH : Math.min(end || 1, BATCH));
}

async function offer(api, batch) {
  const [{ op, nonce }] = batch;
  const bodies = await Promise.all(batch.map(unpack));
  if (op === "scan") return api.post("/api/gate/scans", bodies, { timeout: UPLOAD_MS });
  const { nonce: _own, ...body } = bodies[0];
  if (op === "annul") return [await api.post(`/api/gate/scans/${nonce}/annul`, body, { timeout: UPLOAD_MS })];
  return [await api.post("/api/gate/walk-ins", bodies[0], { timeout: UPLOAD_MS })];
}

/** Take answered items out of the queue into the kept ones. */
async function settle(items, { rejected = false } = {}) {
  if (!items.length) return;
  const moment = now();
  await run(["queue", "done", "seen"], "readwrite", (stores) => {
    for (const { seq, ...item } of items) {
      stores.queue.delete(seq);
      stores.done.add(rejected ? { ...item, rejected } : item);
    }
    trim(stores.done);
    markTold(stores, items.map((item) => item.nonce), moment);
  });
  state.queued = await run(["queue"], "readonly", (stores) => stores.queue.count());
  if (rejected) state.rejected += items.length;
  tell("change");
}

async function sendBatch(api, batch) {
  try {
    const answers = await offer(api, batch);
    const answered = new Set(answers.map((answer) => answer.nonce));
    if (!batch.some((item) => answered.has(item.nonce))) throw new ApiError(500, "no_answers", "");
    const invalid = new Set(answers.filter((answer) => answer.result === "invalid").map((answer) => answer.nonce));
    await settle(batch.filter((item) => answered.has(item.nonce) && !invalid.has(item.nonce)));
    await settle(batch.filter((item) => invalid.has(item.nonce)), { rejected: true });
    tell("sent", { items: batch, answers });
  } catch (error) {
    const stops = !(error instanceof ApiError) || error.passes || (STOPS.includes(error.status) && batch[0].op === "scan");
    if (stops) throw error;
    if (batch.length > 1) for (const item of batch) await sendBatch(api, [item]);
    else await settle(batch, { rejected: batch[0].op !== "annul" }); // an annul of something annulled is well
  }
}

async function exclusively(work) {
  if (!navigator.locks) return work();
  return navigator.locks.request("gate-upload", { ifAvailable: true }, (lock) => lock && work()); // another window is at it
}

let running = false;

/** Send everything that waits, in order; true when nothing is left. Stops quietly where the network does. */
export async function upload(api) {
  if (running) return false;
  running = true;
  try {
    return await exclusively(async () => {
      for (;;) {
        const items = (await all("queue")).filter((item) => item.congress_id === state.me?.congress.id);
        if (!items.length) return true;
        await sendBatch(api, firstBatch(items));
      }
    }) ?? false;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  } finally {
    running = false;
  }
}

/** Offer the day's last answered ones again, in order: a server that lost some gets them back, one that has them changes nothing. */
export async function reoffer(api) {
  const since = Date.parse(now()) - DAY_MS;
  const here = (item) => item.congress_id === state.me?.congress.id && Date.parse(item.at) > since;
  let rest = (await all("done")).filter((item) => !item.rejected && here(item));
  while (rest.length) {
    const batch = firstBatch(rest);
    rest = rest.slice(batch.length);
    await offer(api, batch).catch((error) => { if (!(error instanceof ApiError) || error.passes) throw error; });
  }
}
