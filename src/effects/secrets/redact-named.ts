import { isObject } from "../../shared/json.js";

/** Names under which people send what nobody else may read, whatever the case and the marks between words. */
const named =
  /^(proxy-?)?authorization$|^(set-?)?cookie2?$|^x-?(api|auth|access|csrf)-?(key|token)$|(^|[-_])(password|passwd|passphrase|secret|token|api-?_?key|access-?_?key|private-?_?key|client-?_?secret)$/i;
const words = /(password|passwd|secret|token|apikey|privatekey|accesskey)$/i;
const inQuery =
  /([?&;](?:[\w-]*(?:token|password|passwd|secret|api[_-]?key|access[_-]?key|signature)|key|sig)=)([^&#;\s"'<>]+)/gi;

/** What stands in a log for a value that was typed in instead of being made a secret. */
const HIDDEN = "[hidden]";

/** True for the name of a header, member or parameter that holds a password, key or token. */
function isSecretName(name: string): boolean {
  // `secret` is where a config names one.
  if (/^secrets?$/i.test(name)) return false;
  return named.test(name) || (/[a-z][A-Z]/.test(name) && words.test(name)) || words.test(name.replaceAll(/[-_]/g, ""));
}

/** The names in `value` under which a password, key or token was typed in: paths such as `headers.X-Api-Key`. */
export function typedSecrets(value: unknown, path = ""): string[] {
  if (typeof value === "string")
    return [...value.matchAll(inQuery)].some(([, , text = ""]) => isTyped(text)) ? [path] : [];
  if (Array.isArray(value)) return value.flatMap((one, at) => typedSecrets(one, `${path}[${at}]`));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, one]) => {
    const at = path ? `${path}.${name}` : name;
    return typeof one === "string" && isSecretName(name) && isTyped(one) ? [at] : typedSecrets(one, at);
  });
}

/** A template, and what `redact` has put in the place of a secret, were not typed. */
function isTyped(text: string): boolean {
  return text.trim() !== "" && !text.includes("{{") && !text.includes("[secret ") && text !== HIDDEN;
}

/**
 * A copy of `value` in which what stands under such a name, or behind it in an address, reads `[hidden]`: for what was
 * typed in, which no secret's value gives away.
 */
export function redactNamed<T>(value: T): T {
  return hide(value) as T;
}

function hide(value: unknown): unknown {
  if (typeof value === "string")
    return value.replace(inQuery, (all, name: string, text: string) => (isTyped(text) ? `${name}${HIDDEN}` : all));
  if (Array.isArray(value)) return value.map(hide);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      typeof one === "string" && isSecretName(name) && isTyped(one) ? HIDDEN : hide(one),
    ]),
  );
}
