// The door's dialogs: one promise each, null when it is closed without an answer. A new scan closes whatever is open.
const at = (id) => document.getElementById(id);

for (const dialog of document.querySelectorAll(".door-dialog")) {
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close("");
  });
}

export function closeDialogs() {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close("");
}

/** Show a dialog; its form's fields when its main button is pressed, else null. */
export function ask(id) {
  const dialog = at(id);
  closeDialogs();
  dialog.returnValue = "";
  dialog.showModal();
  const read = () => (dialog.returnValue ? Object.fromEntries(new FormData(dialog.querySelector("form"))) : null);
  return new Promise((done) => { dialog.addEventListener("close", () => done(read()), { once: true }); });
}

/** Ask for a reason, with some ready to press; null when nobody gave one. */
export async function askReason({ title, text, yes, ready }) {
  const form = at("door-reason").querySelector("form");
  form.reset();
  at("door-reason-title").textContent = title;
  at("door-reason-text").textContent = text;
  form.querySelector('[data-part="yes"]').textContent = yes;
  at("door-reason-chips").replaceChildren(...ready.map((words) => {
    const chip = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: words });
    chip.addEventListener("click", () => { form.elements.reason.value = words; });
    return chip;
  }));
  return (await ask("door-reason"))?.reason.trim() || null;
}

/** Fill a list of choices: [value, label, chosen]. */
export function fillSelect(select, options) {
  select.replaceChildren(...options.map(([value, label, chosen]) => new Option(label, value, chosen, chosen)));
}
