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
    const picked = own instanceof HTMLInputElement || own instanceof HTMLTextAreaElement ? own : null;
    const field = picked ?? current(last);
    if (!field) return;
    // A form that was replaced in place has forgotten where the cursor was; the old field still knows.
    const cursor = picked ?? last ?? field;
    const start = cursor.selectionStart ?? field.value.length;
    field.setRangeText(text, start, cursor.selectionEnd ?? start, "end");
    last = field;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    const menu = button.closest<HTMLDetailsElement>("details");
    if (menu) menu.open = false;
    field.focus();
  });
}

/** The field itself, or the one that took its place when the form was drawn anew. */
function current(field: TextField | null): TextField | null {
  if (!field || field.isConnected) return field;
  const [heir] = document.getElementsByName(field.name);
  return heir instanceof HTMLInputElement || heir instanceof HTMLTextAreaElement ? heir : null;
}
