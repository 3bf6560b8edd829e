import { DateTime } from "luxon";
import type { FieldError } from "../shared/errors.js";

/** True for a day (`2027-03-14`) or an ISO instant, with a zone or without. */
export function isMoment(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}|$)/.test(text) && DateTime.fromISO(text.replace(" ", "T")).isValid;
}

/** A constant that is no date and no instant, with the way it is written; what a template makes is left out. */
export function momentFaults(path: string, value: unknown): FieldError[] {
  if (typeof value !== "string" || value.trim() === "" || /\{[{%]/.test(value) || isMoment(value.trim())) return [];
  const [, day, month, year] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(value.trim()) ?? [];
  const written = year ? `${year}-${month?.padStart(2, "0")}-${day?.padStart(2, "0")}` : null;
  const meant = written && isMoment(written) ? ` Did you mean ${written}?` : "";
  return [
    {
      path,
      message: `"${value.slice(0, 60)}" is no date. Write it as 2027-03-14, or with a time as 2027-03-14T09:00.${meant}`,
    },
  ];
}
