/**
 * Links marked `data-dialog` lead to a page of their own; here that page's main part opens in a dialog instead. Asking
 * with the header `X-Part: dialog` makes the server leave the frame out.
 */
export function openLinksAsDialogs(): void {
  document.addEventListener("click", async (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const target = event.target;
    if (!(target instanceof Element)) return;
    const opener = target.closest<HTMLElement>("[data-opens]");
    if (opener) return show(document.getElementById(opener.dataset["opens"] ?? ""));
    const link = target.closest<HTMLAnchorElement>("a[data-dialog]");
    if (!link) return;
    event.preventDefault();
    const answer = await fetch(link.href, { headers: { "X-Part": "dialog" } }).catch(() => null);
    if (!answer?.ok) return location.assign(link.href);
    show(build(await answer.text()));
  });
  document.addEventListener("click", (event) => {
    const target = event.target;
    if (!(target instanceof Element)) return;
    const dialog = target.closest("[data-close]")?.closest("dialog");
    if (dialog) {
      event.preventDefault();
      dialog.close();
    } else if (target instanceof HTMLDialogElement) target.close();
  });
}

function show(element: Element | null): void {
  if (element instanceof HTMLDialogElement && !element.open) element.showModal();
}

function build(html: string): HTMLDialogElement {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog dialog-wide";
  const page = new DOMParser().parseFromString(html, "text/html");
  dialog.append(...page.body.childNodes);
  const heading = dialog.querySelector("h1, h2");
  if (heading) {
    heading.id ||= "dialog-title";
    dialog.setAttribute("aria-labelledby", heading.id);
  }
  dialog.addEventListener("close", () => dialog.remove(), { once: true });
  document.body.append(dialog);
  return dialog;
}
