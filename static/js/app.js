// The behaviours every page has. Pages work without them.
import "./toast.js";
import "./dialog.js";
import "./table-select.js";

document.querySelector(".error-summary")?.focus();
// On a phone a row of tabs is wider than the screen: bring its current one into view, the page itself stays where it is.
for (const currentTab of document.querySelectorAll(".tabs [aria-current]")) {
  const row = currentTab.closest(".tabs");
  row.scrollLeft = currentTab.offsetLeft - row.offsetLeft - (row.clientWidth - currentTab.offsetWidth) / 2;
}
