const stay = 7000;

/** Lets good news leave by itself; problems stay until closed. Takes the notice out of the address, so that a reload is quiet. */
export function showToasts(): void {
  const address = new URL(location.href);
  if (address.searchParams.has("notice")) {
    address.searchParams.delete("notice");
    address.searchParams.delete("n");
    history.replaceState(history.state, "", address);
  }
  for (const toast of document.querySelectorAll<HTMLElement>(".toast")) {
    toast.querySelector("[data-dismiss]")?.addEventListener("click", () => toast.remove());
    if (toast.dataset["stays"] !== undefined) continue;
    setTimeout(() => {
      toast.classList.add("toast-leaving");
      setTimeout(() => toast.remove(), 200);
    }, stay);
  }
}
