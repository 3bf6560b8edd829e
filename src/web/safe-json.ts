import { isUtf8 } from "node:buffer";
import { Problem } from "../shared/errors.js";

/** Deeper than any document or record needs to be. */
const MAX_DEPTH = 64;

const unsafeText = /[\0\p{Surrogate}]/u;
const unsafeKeys = new Set(["__proto__", "constructor", "prototype"]);

const refused = (message: string, path = "") => new Problem(400, "bad_json", message, [{ path, message }]);

/**
 * Refuses, before anything is parsed, a body that is not UTF-8, is nested deeper than 64 levels or names a key of an
 * object twice. Reads the bytes once and keeps no more than the keys of the objects that are open.
 */
export function checkJsonText(bytes: Buffer): void {
  if (!isUtf8(bytes)) throw refused("The body is not valid UTF-8.");
  const open: (Set<string> | null)[] = [];
  let text = -1;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 0x22) {
      text = at;
      at = endOfText(bytes, at);
      if (isKey(bytes, at, open.at(-1))) addKey(open.at(-1), bytes.toString("utf8", text, at + 1));
    } else if (byte === 0x7b || byte === 0x5b) {
      if (open.push(byte === 0x7b ? new Set() : null) > MAX_DEPTH)
        throw refused(`The body is nested deeper than ${MAX_DEPTH} levels.`);
    } else if (byte === 0x7d || byte === 0x5d) open.pop();
  }
}

/** The index of the closing quote; the end of the body when there is none. */
function endOfText(bytes: Buffer, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === 0x5c) at++;
    else if (bytes[at] === 0x22) return at;
  }
  return bytes.length;
}

/** A text inside an object is a key when a colon follows it. */
function isKey(bytes: Buffer, end: number, keys: Set<string> | null | undefined): boolean {
  if (!keys) return false;
  let at = end + 1;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return bytes[at] === 0x3a;
}

function addKey(keys: Set<string> | null | undefined, quoted: string): void {
  if (!keys) return;
  const key = quoted.includes("\\") ? plainText(quoted) : quoted.slice(1, -1);
  if (keys.has(key)) throw refused(`The key "${key.slice(0, 80)}" stands twice in one object.`, key);
  keys.add(key);
}

function plainText(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw refused("The body is not valid JSON.");
  }
}

/**
 * Refuses what parsed well and would do harm later: `__proto__` and its like as keys, NUL and lone surrogates in texts,
 * and whole numbers beyond 2^53, which JSON readers change in silence.
 */
export function checkJsonValue(value: unknown, path = ""): void {
  if (typeof value === "string") {
    if (unsafeText.test(value)) throw refused("A text contains NUL or half of a surrogate pair.", path);
  } else if (typeof value === "number") {
    if (Number.isInteger(value) && !Number.isSafeInteger(value))
      throw refused("The number is beyond 2^53; send it as text.", path);
  } else if (Array.isArray(value)) {
    for (const [index, inner] of value.entries()) checkJsonValue(inner, `${path}[${index}]`);
  } else if (value !== null && typeof value === "object") {
    for (const [key, inner] of Object.entries(value)) {
      const here = path ? `${path}.${key}` : key;
      if (unsafeKeys.has(key)) throw refused(`The key "${key}" is not allowed.`, here);
      if (unsafeText.test(key)) throw refused("A key contains characters that are not allowed.", path);
      checkJsonValue(inner, here);
    }
  }
}
