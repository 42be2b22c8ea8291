// Short messages at the edge of the page. What went well leaves by itself; a warning stays until it is closed.
const LEAVES_AFTER_MS = 8000;
const area = document.getElementById("toasts");

function letLeave(note) {
  if (!note.matches(".tone-ok, .tone-info")) return;
  let timer;
  const start = () => { timer = setTimeout(() => note.remove(), LEAVES_AFTER_MS); };
  const stop = () => clearTimeout(timer);
  for (const event of ["pointerenter", "focusin"]) note.addEventListener(event, stop);
  for (const event of ["pointerleave", "focusout"]) note.addEventListener(event, start);
  start();
}

/** Show `message`; tone is ok, info, warn or error. */
export function toast(message, tone = "info") {
  const shape = document.getElementById("toast-shapes").content.querySelector(`.tone-${tone}`);
  const note = shape.cloneNode(true);
  note.setAttribute("role", tone === "warn" || tone === "error" ? "alert" : "status");
  area.append(note);
  // Filled after it is in the page, so that screen readers notice the change.
  note.querySelector("p").textContent = message;
  letLeave(note);
}

area?.addEventListener("click", (event) => event.target.closest(".toast-close")?.parentElement.remove());
area?.querySelectorAll(".toast-note").forEach(letLeave);
