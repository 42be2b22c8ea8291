// The behaviours every page has. Pages work without them.
import "./toast.js";
import "./dialog.js";
import "./table-select.js";

document.querySelector(".error-summary")?.focus();
// On a phone the row of tabs is wider than the screen: bring the current one into view, the page itself stays where it is.
const currentTab = document.querySelector(".tabs [aria-current]");
if (currentTab) {
  const row = currentTab.closest(".tabs");
  row.scrollLeft = currentTab.offsetLeft - row.offsetLeft - (row.clientWidth - currentTab.offsetWidth) / 2;
}
