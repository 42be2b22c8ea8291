// The heartbeat every five seconds, the list and its photos, their end, and the way back after the network was gone.
import { all, run } from "./door-store.js";
import { canSeal } from "./door-crypto.js";
import { reoffer, upload } from "./door-queue.js";
import { forgetTold } from "./door-seen.js";
import { dropList, keepMe, keepSettings, nowMs, state } from "./door-state.js";

const BEAT_MS = 5000;
const REFRESH_MS = 20000; // at most this often
const LOAD_MS = 60000;

export class Sync extends EventTarget {
  /** Fires "me" after each heartbeat and "list" when the list has changed; `version` is the page's. */
  constructor(api, version) {
    super();
    Object.assign(this, { api, version, refreshed: 0, loading: null, owes: true });
    api.network.addEventListener("back", () => { this.owes = true; this.beat(); });
    addEventListener("online", () => this.beat());
    document.addEventListener("visibilitychange", () => document.hidden || this.beat());
  }

  start() {
    this.timer = setInterval(() => this.beat(), BEAT_MS);
    this.beat();
  }

  stop() {
    clearInterval(this.timer);
  }

  /** Tell how we are, hear how things are, then send and fetch what is due. */
  async beat() {
    await this.expire();
    if (this.beating || !this.api.network.reached) return;
    this.beating = true;
    try {
      const { move } = state.settings;
      await keepMe(await this.api.post("/api/devices/me", this.status(), { counts: true }));
      if (move && move === state.settings.move) await keepSettings({ move: null }); // from here on the server may move us too
      this.tell("me");
      await this.catchUp();
    } catch (error) {
      if (!("status" in error)) throw error;
      this.tell("me");
    } finally {
      this.beating = false;
    }
  }

  status() {
    const { settings, list, queued } = state;
    return { queue: queued, version: this.version, ...settings.move, ...(list && { snapshot_at: list.generated_at }) };
  }

  async catchUp() {
    if (!canSeal) return;
    if (await upload(this.api) && this.owes) {
      await reoffer(this.api);
      this.owes = false;
    }
    const changed = !state.list || state.me.cursor !== state.list.cursor;
    if (changed && Date.now() - this.refreshed >= REFRESH_MS) this.refresh().catch((error) => { if (!("status" in error)) throw error; });
  }

  /** Fetch the list, or what has changed of it. */
  refresh() {
    this.loading ??= this.load().finally(() => { this.loading = null; });
    return this.loading;
  }

  async load() {
    this.refreshed = Date.now();
    const since = state.list ? `?since=${encodeURIComponent(state.list.cursor)}` : "";
    const response = await this.api.get(`/api/gate/snapshot${since}`, { timeout: LOAD_MS, raw: true });
    if (response.status === 304) return;
    const { entries, bundles, index, full, ...about } = await response.json();
    if (Date.parse(about.expires_at) <= nowMs()) return; // the day is over: nothing is carried any more
    await run(["entries", "bundles", "index", "meta"], "readwrite", (stores) => {
      for (const name of full ? ["entries", "bundles", "index"] : ["bundles", "index"]) stores[name].clear();
      for (const [name, rows] of Object.entries({ entries, bundles, index: index ?? [] })) rows.forEach((row) => stores[name].put(row));
      stores.meta.put(about, "list");
    });
    await forgetTold(about.generated_at);
    state.list = about;
    state.entries = await run(["entries"], "readonly", (stores) => stores.entries.count());
    this.tell("list");
    if (full) await this.loadPhotos();
  }

  async loadPhotos() {
    const kept = new Set();
    for (let after = 0; after !== null && after !== undefined;) {
      const { photos, next } = await this.api.get(`/api/gate/snapshot/photos?after=${after}`, { timeout: LOAD_MS });
      await run(["photos"], "readwrite", (stores) => photos.forEach((photo) => stores.photos.put(photo)));
      photos.forEach((photo) => kept.add(photo.k));
      after = next;
    }
    const gone = (await all("photos")).filter((photo) => !kept.has(photo.k));
    if (gone.length) await run(["photos"], "readwrite", (stores) => gone.forEach((photo) => stores.photos.delete(photo.k)));
  }

  /** A list past its time is deleted, with the network or without. */
  async expire() {
    if (!state.list?.expires_at || nowMs() < Date.parse(state.list.expires_at)) return;
    await dropList();
    this.tell("list");
  }

  tell(what) {
    this.dispatchEvent(new Event(what));
  }
}

