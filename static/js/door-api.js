// Asking the server: every call has a limit, tells the clock and counts for "is the network there?".
const LAST = 5;
const SLOW_MS = 2500;
const PING_MS = 2000;
const PATIENCE_MS = 8000;

/** `status` 0: no answer came. */
export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    Object.assign(this, { status, code });
  }

  /** Worth another try with the same words. */
  get passes() {
    return this.status === 0 || this.status >= 500 || this.status === 408 || this.status === 429;
  }
}

/** On or off, by the last five answers; two good pings bring it back; the switch of the hand wins. Fires "change" and "back". */
export class Network extends EventTarget {
  answers = [];
  reached = true;
  forced = false; // off by hand
  good = 0;

  get online() {
    return this.reached && !this.forced;
  }

  note(answered, ms) {
    this.answers = [...this.answers, { answered, ms }].slice(-LAST);
    const mean = this.answers.reduce((sum, answer) => sum + answer.ms, 0) / this.answers.length;
    const failures = this.answers.filter((answer) => !answer.answered).length;
    if (this.reached && (failures >= 2 || mean > SLOW_MS)) this.lose();
  }

  lose() {
    this.reached = false;
    this.good = 0;
    this.tell("change");
    this.timer ??= setTimeout(() => this.ping(), PING_MS);
  }

  async ping() {
    this.timer = null;
    if (this.reached) return;
    const asked = fetch("/api/gate/ping", { signal: AbortSignal.timeout(SLOW_MS), cache: "no-store" });
    const answered = await asked.then((response) => response.ok, () => false);
    this.good = answered ? this.good + 1 : 0;
    if (this.good < 2) {
      this.timer = setTimeout(() => this.ping(), answered ? PING_MS / 4 : PING_MS);
      return;
    }
    Object.assign(this, { reached: true, answers: [] });
    this.tell("change");
    this.tell("back");
  }

  force(off) {
    this.forced = off;
    this.tell("change");
  }

  tell(what) {
    this.dispatchEvent(new Event(what));
  }
}

export class Api {
  /** `onClock(ms, trip)` hears the server's clock less ours, `onLost(status)` that this device is no longer known. */
  constructor(network, { onClock, onLost }) {
    Object.assign(this, { network, onClock, onLost });
  }

  /** The answer's body (or the Response itself with `raw`); throws ApiError. `counts` for what tells of the network. */
  async call(method, path, { body, headers = {}, timeout = PATIENCE_MS, counts = false, raw = false } = {}) {
    const started = performance.now();
    const sentAt = Date.now();
    const json = !(body instanceof Blob);
    const type = body === undefined ? {} : { "Content-Type": json ? "application/json" : body.type };
    let response;
    try {
      response = await fetch(path, {
        method,
        headers: { Accept: "application/json", ...type, ...headers },
        body: json ? JSON.stringify(body) : body,
        signal: AbortSignal.timeout(timeout),
        cache: "no-store",
      });
      const trip = performance.now() - started;
      if (counts) this.network.note(response.status < 500, trip);
      const clock = Date.parse(response.headers.get("X-Server-Time"));
      if (!Number.isNaN(clock)) this.onClock(clock - (sentAt + trip / 2), trip);
      if (response.ok && !raw) return await response.json();
    } catch {
      if (counts && !response) this.network.note(false, performance.now() - started);
      throw new ApiError(0, "no_network", "Mất mạng.");
    }
    if (response.ok || (raw && response.status === 304)) return response;
    const answer = await response.json().catch(() => null);
    if (response.status === 410 || (response.status === 401 && answer?.code === "no_device")) this.onLost(response.status);
    throw new ApiError(response.status, answer?.code ?? "", answer?.message ?? "Máy chủ trả lời không đúng. Thử lại sau ít phút.");
  }

  get(path, options) {
    return this.call("GET", path, options);
  }

  post(path, body, options) {
    return this.call("POST", path, { ...options, body });
  }
}
