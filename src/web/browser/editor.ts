/** What a form had to send when it was asked for a new one, to find what was typed while the answer was under way. */
type Sent = Map<string, string>;

/**
 * The list editor works by sending its form; here the answer replaces the form in place. What is open stays open, the
 * cursor stays where it was, and what was typed meanwhile is kept. Leaving with unsaved changes asks first.
 */
export function editInPlace(): void {
  let sent: Sent = new Map();
  document.addEventListener("submit", (event) => {
    const form = editorOf(event.target);
    const button = event.submitter;
    if (!form || event.defaultPrevented) return;
    if (!(button instanceof HTMLButtonElement) || button.dataset["leaves"] !== undefined || button.tabIndex < 0) {
      leaving = true;
      return;
    }
    event.preventDefault();
    sent = snapshot(form);
    redraw(form, button);
  });
  document.addEventListener("change", (event) => {
    const form = editorOf(event.target);
    if (!form || !(event.target instanceof HTMLElement) || event.target.dataset["redraw"] === undefined) return;
    sent = snapshot(form);
    redraw(form);
  });
  document.addEventListener("input", (event) => {
    const form = editorOf(event.target);
    if (form) form.dataset["unsaved"] = "true";
  });
  keepPlace(() => sent);
  guardLeaving();
}

let leaving = false;

function editorOf(target: EventTarget | null): HTMLFormElement | null {
  const form = target instanceof Element ? target.closest<HTMLFormElement>("#editor") : null;
  return form;
}

/** Lets htmx send the form, as if `button` had been pressed. */
function redraw(form: HTMLFormElement, button?: HTMLButtonElement): void {
  form.dispatchEvent(Object.assign(new CustomEvent("redraw"), { submitter: button ?? null }));
}

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

function fieldsOf(form: HTMLFormElement): Field[] {
  return [...form.querySelectorAll<Field>("input[name]:not([type=hidden], [type=checkbox]), select[name], textarea[name]")];
}

function snapshot(form: HTMLFormElement): Sent {
  return new Map(fieldsOf(form).map((field) => [field.name, field.value]));
}

/** Around the swap: remembers what is open, focused and newly typed, and brings it back into the new form. */
function keepPlace(sentOf: () => Sent): void {
  let restore = () => {};
  document.addEventListener("htmx:before:swap", () => {
    const form = document.querySelector<HTMLFormElement>("#editor");
    if (!form) return;
    const sent = sentOf();
    const open = [...form.querySelectorAll<HTMLDetailsElement>("details[id][open]")].map(({ id }) => id);
    const typed = fieldsOf(form).filter(({ name, value }) => sent.has(name) && sent.get(name) !== value);
    const focused = document.activeElement;
    const scroll = window.scrollY;
    restore = () => bringBack({ open, typed, focused, scroll });
  });
  document.addEventListener("htmx:after:swap", () => {
    restore();
    restore = () => {};
  });
}

type Kept = { open: string[]; typed: Field[]; focused: Element | null; scroll: number };

function bringBack({ open, typed, focused, scroll }: Kept): void {
  const form = document.querySelector<HTMLFormElement>("#editor");
  if (!form) return;
  for (const id of open) {
    const details = document.getElementById(id);
    if (details instanceof HTMLDetailsElement) details.open = true;
  }
  for (const { name, value } of typed) {
    const field = fieldsOf(form).find((one) => one.name === name);
    if (field) field.value = value;
  }
  window.scrollTo({ top: scroll, behavior: "instant" });
  const wanted = form.querySelector<HTMLElement>("[autofocus]") ?? again(form, focused);
  wanted?.focus({ preventScroll: true });
  wanted?.scrollIntoView({ block: "nearest" });
}

/** The element of the new form that stands where the focused one stood: by id, by name, or the same button. */
function again(form: HTMLFormElement, old: Element | null): HTMLElement | null {
  if (!old) return null;
  if (old.id) return document.getElementById(old.id);
  if (!("name" in old) || !("value" in old)) return null;
  const same = [...form.querySelectorAll<HTMLElement & { name: string; value: string }>(`[name="${CSS.escape(String(old.name))}"]`)];
  return same.find((one) => one instanceof HTMLButtonElement === false || one.value === old.value) ?? null;
}

function guardLeaving(): void {
  window.addEventListener("beforeunload", (event) => {
    const form = document.querySelector<HTMLFormElement>("#editor");
    if (!leaving && form?.dataset["unsaved"] === "true") event.preventDefault();
  });
  window.addEventListener("pageshow", () => {
    leaving = false;
  });
}
