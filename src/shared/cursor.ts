import { invalid } from "./errors.js";

/** The 422 Problem for a cursor that is none of ours. */
export const cursorRefused = () =>
  invalid([{ path: "cursor", message: "This is no `nextCursor` of this list. Begin again without one." }]);

/** A cursor that is the id of something ours; undefined stays so. 422 Problem for any other text. */
export function idCursor(cursor: string | undefined): string | undefined {
  if (cursor !== undefined && !/^[0-9A-HJKMNP-TV-Z]{26}$/.test(cursor)) throw cursorRefused();
  return cursor;
}

/** A cursor that is a number counted up; undefined stays so. 422 Problem for any other text. */
export function numberCursor(cursor: string | undefined): number | undefined {
  if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) throw cursorRefused();
  return cursor === undefined ? undefined : Number(cursor);
}
