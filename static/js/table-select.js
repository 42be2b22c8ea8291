// <form data-pick-rows>: boxes [data-pick], one [data-pick-all], and a bar [data-bulk-bar] that shows while rows are picked.
// Shift picks a range; [data-bulk-all="500"] in the bar means all of them, on other pages too. Without script the bar is always there and the boxes are plain form fields.
function watch(form) {
  const boxes = [...form.querySelectorAll("[data-pick]")];
  const all = form.querySelector("[data-pick-all]");
  const bar = form.querySelector("[data-bulk-bar]");
  const count = form.querySelector("[data-bulk-count]");
  const whole = form.querySelector("[data-bulk-all]");
  let last = null;

  function show() {
    const picked = boxes.filter((box) => box.checked).length;
    bar.hidden = picked === 0;
    if (whole && picked === 0) whole.checked = false;
    count.textContent = whole?.checked ? whole.dataset.bulkAll : picked;
    if (all) {
      all.checked = picked > 0 && picked === boxes.length;
      all.indeterminate = picked > 0 && picked < boxes.length;
    }
    for (const box of boxes) box.closest("tr")?.classList.toggle("is-picked", box.checked);
  }

  form.addEventListener("click", (event) => {
    const box = event.target;
    if (box === all) for (const each of boxes) each.checked = all.checked;
    if (boxes.includes(box)) {
      if (event.shiftKey && last) {
        const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
        for (const each of boxes.slice(from, to + 1)) each.checked = box.checked;
      }
      last = box;
    }
    if (box === all || box === whole || boxes.includes(box)) show();
  });
  // The browser may bring ticks back after "back": count what is there.
  addEventListener("pageshow", show);
  show();
}

document.querySelectorAll("[data-pick-rows]").forEach(watch);
