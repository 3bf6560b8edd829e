import { saidOf } from "./said.js";

const LONGEST = 64;

/** Names a document uses for itself. */
const reserved = ["end"];

/**
 * Hands out keys as documents want them (`[a-z][a-z0-9_]{0,63}`), each once: `Send Welcome-Mail` is `send_welcome_mail`, and
 * `send_welcome_mail_2` when that is taken. Pure but for what it remembers.
 */
export function keyMaker(): (name: string, prefix?: string) => string {
  const taken = new Set<string>(reserved);
  return (name, prefix = "step") => {
    const wanted = keyFrom(name, prefix);
    let key = wanted;
    for (let n = 2; taken.has(key); n++) key = `${wanted.slice(0, LONGEST - saidOf(n).length - 1)}_${n}`;
    taken.add(key);
    return key;
  };
}

/** A name as a key, which may be taken already. */
export function keyFrom(name: string, prefix = "step"): string {
  const plain = snake(name);
  const key = /^[a-z]/.test(plain) ? plain : plain === "" ? prefix : `${prefix}_${plain}`;
  return key.slice(0, LONGEST).replace(/_+$/, "") || prefix;
}

/** Words of a name joined by underscores: `customer.getById` and `Customer get-by-id` are `customer_get_by_id`. */
export function snake(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
}

/** A key in words, for a step nobody named: `send_welcome_mail` is `Send welcome mail`. */
export function inWords(name: string): string {
  const words = snake(name).replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The name of a variable or a secret: as it is when it may be called so here, else made to fit. */
export function keptName(name: string): string {
  return /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name) ? name : keyFrom(name, "x");
}
