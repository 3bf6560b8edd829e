/** What a form had to send when it was asked for a new one, to find what was typed while the answer was under way. */
type Sent = Map<string, string>;

/**
 * The list editor works by sending its form; here the answer replaces the form in place. What is open stays open, the
 * cursor stays where it was, and what was typed meanwhile is kept. Leaving with unsaved changes asks first.
 */
export function editInPlace(): void {
  document.addEventListener("submit", (event) => {
    const form = editorOf(event.target);
    const button = event.submitter;
    if (!form || event.defaultPrevented) return;
    if (!(button instanceof HTMLButtonElement) || button.dataset["leaves"] !== undefined || button.tabIndex < 0) {
      leaving = true;
      return;
    }
    event.preventDefault();
    redraw(form, button);
  });
  document.addEventListener("change", (event) => {
    const form = editorOf(event.target);
    if (form && event.target instanceof HTMLElement && event.target.dataset["redraw"] !== undefined) redraw(form, null);
  });
  document.addEventListener("input", (event) => {
    const form = editorOf(event.target);
    if (form) form.dataset["unsaved"] = "true";
  });
  keepPlace();
  guardLeaving();
}

/** One answer at a time: what is pressed meanwhile is pressed again on the form that comes. */
let sent: Sent | null = null;
let pressedMeanwhile: string[] = [];
let leaving = false;

function editorOf(target: EventTarget | null): HTMLFormElement | null {
  return target instanceof Element ? target.closest<HTMLFormElement>("#editor") : null;
}

/** Lets htmx send the form, as if `button` had been pressed. */
function redraw(form: HTMLFormElement, button: HTMLButtonElement | null): void {
  if (sent) {
    pressedMeanwhile.push(button?.value ?? "refresh");
    return;
  }
  sent = new Map(fieldsOf(form).map((field) => [field.name, field.value]));
  delete form.dataset["failed"];
  form.dispatchEvent(Object.assign(new CustomEvent("redraw"), { submitter: button }));
}

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

function fieldsOf(form: HTMLFormElement): Field[] {
  return [
    ...form.querySelectorAll<Field>("input[name]:not([type=hidden], [type=checkbox]), select[name], textarea[name]"),
  ];
}

/** Around the swap: remembers what is open, focused and newly typed, and brings it back into the new form. */
function keepPlace(): void {
  let restore = () => {};
  document.addEventListener("htmx:before:swap", (event) => {
    const form = document.querySelector<HTMLFormElement>("#editor");
    if (!form || !sent) return;
    const { ctx } = (event as CustomEvent<{ ctx: { text?: string } }>).detail;
    // An error page, or the login page of a session that ended, must not take the place of what was typed.
    if (!ctx.text?.includes('id="editor"')) {
      event.preventDefault();
      return giveUp();
    }
    const kept = {
      open: openIn(form),
      typed: typedSince(form, sent),
      focused: document.activeElement,
      scroll: scrollY,
    };
    restore = () => bringBack(kept);
  });
  document.addEventListener("htmx:after:swap", () => {
    if (!sent) return;
    restore();
    restore = () => {};
    sent = null;
    const again = pressedMeanwhile.shift();
    const form = document.querySelector<HTMLFormElement>("#editor");
    const buttons = [...(form?.querySelectorAll<HTMLButtonElement>("button[name=do]") ?? [])];
    if (form && again) redraw(form, buttons.find(({ value }) => value === again) ?? null);
  });
  document.addEventListener("htmx:error", giveUp);
}

function giveUp(): void {
  const form = document.querySelector<HTMLFormElement>("#editor");
  if (form && sent) form.dataset["failed"] = "true";
  sent = null;
  pressedMeanwhile = [];
}

function openIn(form: HTMLFormElement): string[] {
  return [...form.querySelectorAll<HTMLDetailsElement>("details[id][open]:not(.editor-add)")].map(({ id }) => id);
}

function typedSince(form: HTMLFormElement, before: Sent): Field[] {
  return fieldsOf(form).filter(({ name, value }) => before.has(name) && before.get(name) !== value);
}

type Kept = { open: string[]; typed: Field[]; focused: Element | null; scroll: number };

function bringBack({ open, typed, focused, scroll }: Kept): void {
  const form = document.querySelector<HTMLFormElement>("#editor");
  if (!form) return;
  for (const id of open) {
    const details = document.getElementById(id);
    if (details instanceof HTMLDetailsElement) details.open = true;
  }
  const fields = fieldsOf(form);
  for (const { name, value } of typed) {
    const field = fields.find((one) => one.name === name);
    if (field) field.value = value;
  }
  window.scrollTo({ top: scroll, behavior: "instant" });
  const wanted = form.querySelector<HTMLElement>("[autofocus]") ?? heirOf(focused, form);
  wanted?.focus({ preventScroll: true });
  wanted?.scrollIntoView({ block: wanted.offsetHeight > innerHeight / 2 ? "start" : "nearest" });
}

/** The element of the new form that stands where the focused one stood: by id, by name, or the same button. */
function heirOf(old: Element | null, form: HTMLFormElement): HTMLElement | null {
  if (!old) return null;
  if (old.id) return document.getElementById(old.id);
  if (!("name" in old) || !("value" in old)) return null;
  const named = `[name="${CSS.escape(String(old.name))}"]`;
  const same = [...form.querySelectorAll<HTMLElement & { value: string }>(named)];
  return same.find((one) => !(one instanceof HTMLButtonElement) || one.value === old.value) ?? null;
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
