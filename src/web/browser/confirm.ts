/**
 * Asks before a form with `data-confirm` is sent, in the dialog the layout carries. The button's own words are the
 * answer, so that nobody has to guess what "OK" does.
 */
export function confirmBeforeSending(): void {
  const dialog = document.querySelector<HTMLDialogElement>("#confirm");
  if (!dialog) return;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset["confirmed"] === "yes") return;
    const button = event.submitter;
    const question = (button instanceof HTMLElement ? button.dataset["confirm"] : undefined) ?? form.dataset["confirm"];
    if (!question) return;
    event.preventDefault();
    ask(dialog, question, button?.textContent?.trim() ?? "", () => {
      form.dataset["confirmed"] = "yes";
      form.requestSubmit(button instanceof HTMLButtonElement ? button : undefined);
      delete form.dataset["confirmed"];
    });
  });
}

function ask(dialog: HTMLDialogElement, question: string, verb: string, agree: () => void): void {
  const text = dialog.querySelector("[data-question]");
  const yes = dialog.querySelector<HTMLButtonElement>("[data-agree]");
  if (!text || !yes) {
    agree();
    return;
  }
  text.textContent = question;
  yes.textContent = verb.replace(/…$/, "");
  dialog.returnValue = "";
  dialog.addEventListener("close", () => dialog.returnValue === "agree" && agree(), { once: true });
  dialog.showModal();
}
