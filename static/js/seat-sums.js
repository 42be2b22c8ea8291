// Sums of a table of numbers while it is being typed; without script the sums are those last written.

const form = document.querySelector("[data-sums]");

function number(input) {
  const text = input.value.replace(/[\s.]/g, "");
  return /^\d+$/.test(text) ? Number(text) : 0;
}

function show(element, sum) {
  element.textContent = String(sum);
}

function addUp() {
  const columns = new Map();
  let all = 0;
  for (const row of form.querySelectorAll("tbody tr")) {
    let sum = 0;
    for (const input of row.querySelectorAll("[data-column]")) {
      const n = number(input);
      sum += n;
      columns.set(input.dataset.column, (columns.get(input.dataset.column) ?? 0) + n);
    }
    show(row.querySelector("[data-row-sum]"), sum);
    all += sum;
  }
  for (const cell of form.querySelectorAll("[data-column-sum]")) show(cell, columns.get(cell.dataset.columnSum) ?? 0);
  for (const cell of form.querySelectorAll("[data-all-sum]")) show(cell, all);
}

form?.addEventListener("input", addUp);
