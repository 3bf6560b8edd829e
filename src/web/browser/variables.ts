type TextField = HTMLInputElement | HTMLTextAreaElement;

/** A click on a name in the variable picker writes it where the cursor last was, in the field the picker belongs to. */
export function insertVariables(): void {
  let last: TextField | null = null;
  document.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLTextAreaElement) last = event.target;
    if (event.target instanceof HTMLInputElement && event.target.type === "text") last = event.target;
  });
  document.addEventListener("click", (event) => {
    const target = event.target;
    const button = target instanceof Element ? target.closest<HTMLElement>("[data-variable]") : null;
    const text = button?.dataset["variable"];
    if (!button || text === undefined) return;
    const own = document.getElementById(button.closest<HTMLElement>("[data-for]")?.dataset["for"] ?? "");
    const field = own instanceof HTMLInputElement || own instanceof HTMLTextAreaElement ? own : last;
    if (!field) return;
    const start = field.selectionStart ?? field.value.length;
    field.setRangeText(text, start, field.selectionEnd ?? start, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    const menu = button.closest<HTMLDetailsElement>("details");
    if (menu) menu.open = false;
    field.focus();
  });
}
