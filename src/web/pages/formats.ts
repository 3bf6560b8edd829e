import { DateTime } from "luxon";
import { t } from "./text.js";

/** An instant as the page models hold it: milliseconds, or ISO text. */
export type Instant = number | string | null | undefined;

/** "2 Mar 2026, 10:00" in the zone; with `precise` the seconds and the zone too. Null and nonsense give null. */
export function absolute(instant: Instant, zone: string, precise = false): { iso: string; text: string } | null {
  const at = moment(instant, zone);
  if (!at) return null;
  const text = at.toFormat(precise ? "d MMM yyyy, HH:mm:ss" : "d MMM yyyy, HH:mm");
  return { iso: at.toUTC().toISO() ?? "", text: precise ? `${text} ${at.zoneName ?? ""}`.trim() : text };
}

/** How long something took: `950 ms`, `1.2 s`, `3 min 4 s`, `2 h 5 min`, `4 d 3 h`. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || Number.isNaN(ms)) return "–";
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const parts: [number, string][] = [
    [Math.floor(ms / 86_400_000), "d"],
    [Math.floor(ms / 3_600_000) % 24, "h"],
    [Math.floor(ms / 60_000) % 60, "min"],
    [Math.floor(ms / 1_000) % 60, "s"],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(" ");
}

/** A value of a record or a condition in a few words: what a person reads, not what JSON says. */
export function plain(value: unknown): string {
  if (value === null || value === undefined || value === "") return t("value.empty");
  if (typeof value === "boolean") return t(value ? "value.yes" : "value.no");
  if (typeof value === "number") return value.toLocaleString("en", { maximumFractionDigits: 6 });
  if (Array.isArray(value)) return value.length === 0 ? t("value.empty") : value.map(plain).join(", ");
  if (typeof value === "object") return clipped(JSON.stringify(value), 200);
  return clipped(String(value), 200);
}

/** The text, cut at `length` characters with an ellipsis. */
function clipped(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** Longer previews are cut and say so. */
const PREVIEW = 8_000;

/** A payload as indented JSON (text stays text), cut at 8,000 characters; `cut` tells that there is more. */
export function preview(value: unknown): { text: string; cut: boolean } {
  const text = typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "");
  return { text: text.slice(0, PREVIEW), cut: text.length > PREVIEW };
}

function moment(instant: Instant, zone: string): DateTime | null {
  if (instant === null || instant === undefined || instant === "") return null;
  const at = typeof instant === "number" ? DateTime.fromMillis(instant, { zone }) : DateTime.fromISO(instant, { zone });
  const known = at.isValid ? at : at.setZone("UTC");
  return known.isValid ? known.setLocale("en") : null;
}
