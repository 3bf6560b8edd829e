import { createHash, hkdfSync } from "node:crypto";
import { Problem } from "../../shared/errors.js";
import { open, seal } from "./sealed-box.js";

/** The keys of SECRET_KEY: what is sealed now is sealed with the first, what was sealed before opens with any of them. */
export type KeyRing = {
  /** The id of the key that seals now. */
  readonly current: string;
  seal(plain: Buffer, boundTo: string): { key: string; sealed: string };
  /** Null when the ring does not hold `key`, or when the text was not sealed with it for `boundTo`. */
  open(key: string, sealed: string, boundTo: string): Buffer | null;
};

/**
 * Reads SECRET_KEY: one key, or several separated by commas with the current one first. A key may carry its own id
 * (`2026a:…`, letters and digits, up to 16); without one the id follows from the key, so order does not matter.
 */
export function readKeyRing(secretKey: string): KeyRing {
  const keys = new Map<string, Buffer>();
  for (const entry of secretKey.split(",").map((part) => part.trim())) {
    if (entry === "") continue;
    const named = /^([A-Za-z0-9]{1,16}):(.+)$/.exec(entry);
    const material = named?.[2] ?? entry;
    const id = named?.[1] ?? createHash("sha256").update(`id of ${material}`).digest("hex").slice(0, 12);
    keys.set(id, Buffer.from(hkdfSync("sha256", material, "", "millrace key ring", 32)));
  }
  const first = [...keys][0];
  if (!first) throw new Problem(500, "configuration", "SECRET_KEY is empty. Give it a long random text.");
  const [current, currentKey] = first;
  return {
    current,
    seal: (plain, boundTo) => ({ key: current, sealed: seal(currentKey, plain, boundTo) }),
    open(id, sealed, boundTo) {
      const key = keys.get(id);
      return key ? open(key, sealed, boundTo) : null;
    },
  };
}
