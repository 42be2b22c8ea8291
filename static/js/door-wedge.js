// A hand-held scanner types: 23 digits in a burst, then Enter, wherever the focus is. Keys are read by their place on the
// keyboard (`code`), so that Telex, VNI and the Vietnamese layout cannot spoil a digit.
const BURST_GAP_MS = 100;
const TOKEN_DIGITS = 23;

function digitOf(event) {
  const place = /^(?:Digit|Numpad)([0-9])$/.exec(event.code);
  if (place) return place[1];
  return event.code === "" && /^[0-9]$/.test(event.key) ? event.key : null; // some scanners of phones have no place
}

/** Call `onToken` with the digits of every burst; other keys do what they always do, and typing goes to `entry`. */
export function listenToScanner(entry, onToken) {
  let burst = "";
  let last = 0;
  let before = null; // the field the burst fell into, as it was

  document.addEventListener("keydown", (event) => {
    const digit = digitOf(event);
    if (event.timeStamp - last > BURST_GAP_MS) burst = "";
    last = event.timeStamp;
    if (digit !== null && !event.ctrlKey && !event.altKey && !event.metaKey) {
      if (!burst) {
        if (!document.activeElement?.matches("input, textarea, select")) entry.focus({ preventScroll: true });
        before = { field: document.activeElement, value: document.activeElement.value };
      }
      burst += digit;
    } else if (event.key === "Enter" && burst.length >= TOKEN_DIGITS) {
      event.preventDefault();
      event.stopPropagation();
      if (before.field.isConnected) before.field.value = before.value;
      onToken(burst.slice(-TOKEN_DIGITS));
      burst = "";
    } else if (event.key !== "Shift") {
      burst = "";
    }
  }, { capture: true });
}
