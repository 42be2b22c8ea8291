// What the page knows while it is open. Names live here and nowhere else: a reload forgets them.
import { all, clear, get, put, run } from "./door-store.js";
import { canSeal, openOwn, sealOwn } from "./door-crypto.js";
import { chooseSitting } from "./door-rules.js";

const SAMPLES = 8;
const STRAY_MS = 1000;

export const state = {
  me: null, // what /api/devices/me said last
  list: null, // about the snapshot: cursor, times, salt, sittings, sentences
  entries: 0,
  settings: { sitting_id: null, kind: "entry", forced: false, move: null }, // move: {operator, gate_id} set here, not yet told
  counts: null,
  queued: 0,
  rejected: 0, // scans the server could not take
};

const clocks = [];
let offset = 0;

/** A sample of the server's clock less ours; the quickest of the last answers is the most exact. */
export function noteClock(ahead, trip) {
  if (Math.abs(ahead - offset) > trip + STRAY_MS) clocks.length = 0; // somebody has set a clock
  clocks.push({ ahead, trip });
  if (clocks.length > SAMPLES) clocks.shift();
  offset = clocks.reduce((best, sample) => (sample.trip < best.trip ? sample : best)).ahead;
}

/** The server's time in milliseconds, as well as it is known: the clock of a phone may be hours wrong. */
export const nowMs = () => Date.now() + offset;
export const now = () => new Date(nowMs()).toISOString();

/** The sittings as they were last told, by whichever answer is newer. */
export const sittings = () => state.me?.sittings ?? state.list?.sittings ?? [];

/** The sitting of the next scan: pinned by hand, else the one that chooses itself. */
export function sitting() {
  const known = sittings();
  return known.find((each) => each.id === state.settings.sitting_id) ?? chooseSitting(known, now());
}

/** Where this device stands: {id, name}, or null. */
export function gate() {
  return state.me?.gates?.find((each) => each.id === state.settings.move?.gate_id) ?? state.me?.device?.gate ?? null;
}

export const profile = () => state.me?.device?.profile ?? null;
export const operator = () => state.settings.move?.operator ?? state.me?.device?.operator ?? "";

/** Read what the last opening left: texts are sealed, and forgotten where the key is gone. */
export async function recall() {
  if (!canSeal) return;
  const [me, settings, list, clock] = await Promise.all(["me", "settings", "list", "clock"].map((key) => get("meta", key)));
  state.me = me ? await openOwn(me).catch(() => null) : null;
  Object.assign(state.settings, settings ? await openOwn(settings).catch(() => ({})) : {});
  state.list = list ?? null;
  offset = clock ?? 0;
  state.entries = await run(["entries"], "readonly", (stores) => stores.entries.count());
  const queue = await all("queue");
  state.queued = queue.length;
  state.counts = state.me?.counts ? { ...state.me.counts } : null;
  const undone = new Set(queue.filter((item) => item.op === "annul").map((item) => item.nonce));
  const counted = queue.filter((item) => item.op === "scan" && !undone.has(item.nonce));
  if (state.counts) state.counts.inside += counted.reduce((sum, item) => sum + moved(item.body), 0);
  state.rejected = (await all("done")).filter((item) => item.rejected).length;
}

/** By how many a scan that waits moves the figure of those inside. */
function moved({ kind, shown, override }) {
  return shown === "ok" || override ? { entry: 1, exit: -1 }[kind] ?? 0 : 0;
}

export async function keepMe(me) {
  const other = state.me && state.me.congress.id !== me.congress.id;
  state.me = me;
  const pinned = state.settings.sitting_id;
  if (!pinned || pinned === me.sitting_id) state.counts = me.counts;
  if (!canSeal) return;
  if (other) await dropList(); // a list of another congress opens nothing here
  await put("meta", await sealOwn(me), "me");
  await put("meta", offset, "clock");
}

/** The server does not know this browser any more. */
export async function forgetMe() {
  state.me = null;
  if (canSeal) await run(["meta"], "readwrite", (stores) => stores.meta.delete("me"));
}

export async function keepSettings(changes) {
  Object.assign(state.settings, changes);
  if (canSeal) await put("meta", await sealOwn(state.settings), "settings");
}

/** Delete the list and everything that came with it; what was not sent yet stays. */
export async function dropList() {
  state.list = null;
  state.entries = 0;
  await clear("entries", "bundles", "index", "photos", "seen");
  await run(["meta"], "readwrite", (stores) => stores.meta.delete("list"));
}
