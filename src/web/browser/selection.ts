/** Ticks every row with the box in the table head, and tells how many rows are ticked. */
export function tickRows(): void {
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || !box.form || !box.classList.contains("tick")) return;
    const rows = [...box.form.querySelectorAll<HTMLInputElement>("tbody .tick")];
    const all = box.form.querySelector<HTMLInputElement>("thead .tick");
    if (box === all) for (const row of rows) row.checked = all.checked;
    const ticked = rows.filter((row) => row.checked).length;
    if (all) {
      all.checked = ticked > 0 && ticked === rows.length;
      all.indeterminate = ticked > 0 && ticked < rows.length;
    }
    for (const place of box.form.querySelectorAll<HTMLElement>("[data-ticked]")) {
      place.textContent = (place.dataset["ticked"] ?? "{n}").replace("{n}", String(ticked));
    }
  });
}
