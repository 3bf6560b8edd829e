import { t } from "../text.js";
import type { LoopItem } from "./run-items.js";
import type { RunLoop } from "./run-tree.js";

/** How the page of a run is looked at: the item that is open, and which items of which loop are listed. */
export type RunLook = { at: string; loop: string; page: number; failedOnly: boolean };

/** A loop as the page draws it: a square for each item of one page, each a link that opens it. */
export type ShownLoop = {
  id: string;
  title: string;
  filters: { label: string; href: string; current: boolean }[];
  squares: { label: string; name: string; status: string; href: string; current: boolean }[];
  failed: { label: string; error: string; href: string }[];
  shown: string;
  previous: string | null;
  next: string | null;
  open: { label: string; status: string } | null;
};

/** So many squares are drawn at once. */
const PAGE = 100;
const FAILED_SHOWN = 5;

/** Draws a loop's items. `self` is the address of the run, without a query. */
export function shownLoop(loop: RunLoop, look: RunLook, self: string): ShownLoop {
  const { path, items } = loop;
  const mine = look.loop === path;
  const failed = items.filter(({ status }) => status === "failed");
  const failedOnly = mine && look.failedOnly && failed.length > 0;
  const listed = failedOnly ? failed : items;
  const open = loop.open?.item ?? null;
  const page = pageOf(listed, mine ? look.page : 0, open);
  const first = (page - 1) * PAGE;
  const id = `loop-${path.replace(/[^\w]+/g, "-")}`;
  const to = (query: Record<string, string>) => `${self}?${new URLSearchParams(query)}#${id}`;
  const list = (number: number, only = failedOnly) =>
    to({
      ...(open ? { at: open.iteration } : {}),
      loop: path,
      page: String(number),
      ...(only ? { items: "failed" } : {}),
    });
  return {
    id,
    title: [
      t("run.items", { n: items.length }),
      ...(failed.length > 0 ? [t("run.itemsFailed", { n: failed.length })] : []),
    ].join(", "),
    filters:
      failed.length === 0 || failed.length === items.length
        ? []
        : [
            { label: t("run.allItems"), href: list(1, false), current: !failedOnly },
            { label: t("run.failedItems", { n: failed.length }), href: list(1, true), current: failedOnly },
          ],
    squares: listed.slice(first, first + PAGE).map((item) => ({
      label: String(item.index + 1),
      name: t("run.item", { n: item.index + 1 }),
      status: item.status,
      href: to({ at: item.iteration, ...(failedOnly ? { loop: path, items: "failed" } : {}) }),
      current: item === open,
    })),
    failed: failed.slice(0, FAILED_SHOWN).map((item) => ({
      label: t("run.item", { n: item.index + 1 }),
      error: item.error ?? "",
      href: to({ at: item.iteration }),
    })),
    shown:
      listed.length > PAGE
        ? t("run.itemsShown", { from: first + 1, to: Math.min(first + PAGE, listed.length), of: listed.length })
        : "",
    previous: page > 1 ? list(page - 1) : null,
    next: first + PAGE < listed.length ? list(page + 1) : null,
    open: open && { label: t("run.item", { n: open.index + 1 }), status: open.status },
  };
}

/** The page asked for, else the one with the open item. */
function pageOf(items: LoopItem[], asked: number, open: LoopItem | null): number {
  const last = Math.max(1, Math.ceil(items.length / PAGE));
  const at = open ? items.findIndex(({ index }) => index === open.index) : -1;
  return Math.min(last, asked > 0 ? asked : Math.floor(Math.max(0, at) / PAGE) + 1);
}
