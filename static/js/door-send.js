// Scans leave one after the other and wait here while the network is gone. A retry carries the nonce of the first try, so the
// server enters nobody twice.
const TRY_AGAIN_MS = 2000;
const GIVE_UP_MS = 8000;

function newNonce() {
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID is missing on plain http
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** POST JSON; the answer's body, or an error with `.status` (0: no network). */
export async function post(url, csrf, body) {
  const json = !(body instanceof Blob);
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": json ? "application/json" : body.type, "X-CSRFToken": csrf },
      body: json ? JSON.stringify(body) : body,
      signal: AbortSignal.timeout(GIVE_UP_MS),
    });
  } catch {
    throw Object.assign(new Error("Mất mạng"), { status: 0 });
  }
  const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json().catch(() => null) : null;
  if (response.ok && answer) return answer;
  throw Object.assign(new Error(answer?.message ?? "Máy chủ trả lời không đúng. Tải lại trang."), { status: response.status });
}

export class Sender {
  constructor(url, csrf, { onAnswer, onRefused, onState }) {
    Object.assign(this, { url, csrf, onAnswer, onRefused, onState });
    this.waiting = [];
    this.busy = false;
    addEventListener("online", () => this.run());
    addEventListener("beforeunload", (event) => { if (this.waiting.length) event.preventDefault(); });
  }

  send(asked) {
    this.waiting.push({ nonce: newNonce(), ...asked });
    this.run();
  }

  async run() {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.timer);
    while (this.waiting.length) {
      this.onState("sending", this.waiting.length);
      try {
        const answer = await post(this.url, this.csrf, this.waiting[0]);
        this.waiting.shift();
        this.onAnswer(answer, this.waiting.length);
      } catch (error) {
        if (error.status === 0 || error.status >= 500) {
          this.busy = false;
          this.onState("offline", this.waiting.length);
          this.timer = setTimeout(() => this.run(), TRY_AGAIN_MS);
          return;
        }
        this.waiting.shift();
        this.onRefused(error);
      }
    }
    this.busy = false;
    this.onState("online", 0);
  }
}
