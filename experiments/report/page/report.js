"use strict";
for (const button of document.querySelectorAll("[data-to]")) {
  button.addEventListener("click", () => {
    const to = button.dataset.to;
    for (const view of document.querySelectorAll("[data-view]")) view.hidden = view.dataset.view !== to;
    for (const other of document.querySelectorAll("[data-to]")) other.setAttribute("aria-pressed", String(other === button));
    document.documentElement.lang = to;
    document.title = button.dataset.title;
  });
}
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => head.firstElementChild.addEventListener("click", () => {
    const up = head.getAttribute("aria-sort") !== "ascending";
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const of = (row) => row.cells[column].dataset.by ?? row.cells[column].textContent;
    const order = (a, b) => { const [x, y] = [of(a), of(b)], n = Number(x) - Number(y); return Number.isNaN(n) ? x.localeCompare(y) : n; };
    const rows = [...table.tBodies[0].rows].sort((a, b) => (up ? order(a, b) : order(b, a)));
    table.tBodies[0].append(...rows);
  }));
}
const folded = [];
window.addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll("details:not(.long, [open])")) { one.open = true; folded.push(one); }
});
window.addEventListener("afterprint", () => { for (const one of folded.splice(0)) one.open = false; });
