// A hand-held scanner types: 23 digits in a burst, then Enter or Tab, wherever the focus is. Keys are read by their place on the
// keyboard (`code`), so that Telex, VNI and the Vietnamese layout cannot spoil a digit.
const BURST_GAP_MS = 500; // 23 digits in a row are a code, however slow the scanner
const REST_MS = 250;
const TOKEN_DIGITS = 23;
const COMPOSING = 229;
const ENDS = new Set(["Enter", "NumpadEnter", "Tab"]);

function digitOf(event) {
  const place = /^(?:Digit|Numpad)([0-9])$/.exec(event.code);
  if (place) return place[1];
  return event.code === "" && /^[0-9]$/.test(event.key) ? event.key : null; // some scanners of phones have no place
}

const isField = (element) => Boolean(element?.matches?.("input:not([type=radio], [type=checkbox]), textarea, select"));

/**
 * Call `onToken` with the digits of every burst; other keys do what they always do. Digits typed while no field has the focus go
 * to `entry` (when it can be seen) once they are no burst. `onBurst` tells that a scanner is there, `onComposing(true|false)` that an
 * input method meddles; `listens()` says whether this is the time for scans.
 */
export class Wedge {
  burst = "";
  last = 0;
  before = null; // the field the burst fell into, as it was
  timer = null;

  constructor(entry, { onToken, onComposing, onBurst, listens }) {
    Object.assign(this, { entry, onToken, onComposing, onBurst });
    document.addEventListener("keydown", (event) => { if (listens()) this.press(event); }, { capture: true });
  }

  press(event) {
    const composing = event.isComposing || event.keyCode === COMPOSING;
    if (event.code || event.key.length === 1) this.onComposing(composing);
    const digit = event.ctrlKey || event.altKey || event.metaKey ? null : digitOf(event);
    if (event.timeStamp - this.last > (this.before ? BURST_GAP_MS : REST_MS)) this.settle(true);
    if (digit !== null) this.take(event, digit);
    else if (ENDS.has(event.code || event.key) && this.burst.length >= TOKEN_DIGITS) this.finish(event);
    else if (!["Shift", "CapsLock", "NumLock"].includes(event.key)) this.settle(true);
    if (digit !== null) this.last = event.timeStamp;
  }

  take(event, digit) {
    if (!this.burst) {
      const field = document.activeElement;
      this.before = isField(field) ? { field, value: field.value } : null;
    }
    if (!this.before) event.preventDefault(); // no button, no scrolling, no input method
    this.burst += digit;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(false), REST_MS);
  }

  finish(event) {
    event.preventDefault();
    event.stopPropagation();
    const token = this.burst.slice(-TOKEN_DIGITS);
    this.forget();
    this.onBurst();
    this.onToken(token);
  }

  /** The keys have come to rest: a whole token without Enter is a scan too, anything else was typed by hand, or (not `ended`) goes on. */
  settle(ended) {
    const { burst, before } = this;
    if (!burst) return;
    if (burst.length === TOKEN_DIGITS) {
      this.forget();
      this.onBurst();
      this.onToken(burst);
      return;
    }
    if (before && !ended) return;
    this.burst = "";
    clearTimeout(this.timer);
    if (before || this.entry.offsetParent === null || document.querySelector("dialog[open]")) return;
    this.entry.focus({ preventScroll: true });
    this.entry.value += burst;
    this.entry.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Put the field back as it was before the scanner wrote into it, and end what an input method has begun there. */
  forget() {
    this.burst = "";
    clearTimeout(this.timer);
    const before = this.before;
    this.before = null;
    if (!before?.field.isConnected) return;
    const restore = () => { before.field.value = before.value; };
    before.field.blur();
    restore();
    setTimeout(restore, 0); // an input method may write once more
    before.field.focus({ preventScroll: true });
  }
}

/** The line that says whether a scanner's keys reach this page. */
export function watchFocus(line) {
  const show = () => {
    line.dataset.ready = document.hasFocus();
    document.body.dataset.focus = document.hasFocus();
  };
  line.addEventListener("click", () => { window.focus(); show(); });
  for (const event of ["focus", "blur", "pageshow"]) addEventListener(event, () => setTimeout(show, 0));
  document.addEventListener("visibilitychange", show);
  show();
}
