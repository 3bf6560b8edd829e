const off = "millrace-shortcuts-off";

/**
 * Single-key shortcuts, listed in the dialog under `?`: `g` and a letter follow the navigation link that carries
 * `data-go`, `/` goes to the search field, `c` to "new". They can be switched off in that dialog.
 */
export function listenForShortcuts(): void {
  let goes = false;
  const dialog = document.querySelector<HTMLDialogElement>("#shortcuts");
  const toggle = document.querySelector<HTMLInputElement>("#shortcuts-on");
  if (toggle) {
    toggle.checked = localStorage.getItem(off) === null;
    toggle.addEventListener("change", () =>
      toggle.checked ? localStorage.removeItem(off) : localStorage.setItem(off, "1"),
    );
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "?") {
      event.preventDefault();
      if (dialog && !dialog.open) dialog.showModal();
      return;
    }
    if (localStorage.getItem(off) !== null || document.querySelector("dialog[open]")) return;
    if (goes) {
      goes = false;
      const link = document.querySelector<HTMLAnchorElement>(`[data-go="${CSS.escape(event.key)}"]`);
      if (link) location.assign(link.href);
    } else if (event.key === "g") {
      goes = true;
      setTimeout(() => (goes = false), 1200);
    } else if (event.key === "/") {
      const search = document.querySelector<HTMLInputElement>("main input[type=search]");
      if (search) event.preventDefault();
      search?.focus();
    } else if (event.key === "c") {
      document.querySelector<HTMLAnchorElement>("main [data-new]")?.click();
    }
  });
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
