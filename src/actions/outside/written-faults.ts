import { headerFault, mailAddress } from "../../effects/index.js";
import type { FieldError } from "../../shared/errors.js";
import { isObject } from "../../shared/json.js";

/** The longest subject a mail can have. */
const LONGEST_SUBJECT = 900;

const isMade = (text: string) => /\{[{%]/.test(text);

/** Constant texts at a member that takes one text or a list, each with its path; what a template makes is left out. */
function constantsAt(path: string, value: unknown): { path: string; text: string }[] {
  const listed = Array.isArray(value) ? value.map((one, at) => [`${path}[${at}]`, one]) : [[path, value]];
  return listed.flatMap(([at, text]) =>
    typeof text === "string" && text.trim() !== "" && !isMade(text) ? [{ path: String(at), text }] : [],
  );
}

/** Constants that are no address one mail can go to, such as two of them in one text. */
export function addressFaults(path: string, value: unknown): FieldError[] {
  return constantsAt(path, value)
    .filter(({ text }) => mailAddress(text) === null)
    .map(({ path: at, text }) => ({
      path: at,
      message: /[,;]/.test(text)
        ? `"${text.slice(0, 80)}" is more than one address. Write a list, one address in each entry.`
        : `"${text.slice(0, 80)}" is no e-mail address. Write ann@example.com or Ann Lee <ann@example.com>.`,
    }));
}

/** A constant subject that no mail can carry. */
export function subjectFaults(value: unknown): FieldError[] {
  return constantsAt("subject", value).flatMap(({ path, text }) => {
    if (/[\r\n]/.test(text.trim())) return [{ path, message: "A subject is one line; this one has a line break." }];
    if (text.trim().length <= LONGEST_SUBJECT) return [];
    const message = `A subject has ${LONGEST_SUBJECT} characters at most; this one has ${text.trim().length}.`;
    return [{ path, message }];
  });
}

/** A constant that is no address a call can go to. A template may stand for the whole of it, or for parts after the host. */
export function urlFaults(path: string, value: unknown): FieldError[] {
  if (typeof value !== "string" || value.trim() === "") return [];
  const text = value.trim();
  if (/^\{[{%]/.test(text)) return [];
  const message = `"${text.slice(0, 80)}" is no web address. Write it as https://example.com/orders.`;
  // A template in it may become anything, so it is read as if a plain word stood there.
  const plain = text.replace(/\{\{.*?\}\}|\{%.*?%\}/gs, "x");
  if (/[\s]/.test(plain) || !/^https?:\/\/[^/?#]/i.test(plain) || !URL.canParse(plain)) return [{ path, message }];
  const { username, password } = new URL(plain);
  return username || password
    ? [{ path, message: "An address carries no user name or password. Choose a secret to sign in with." }]
    : [];
}

/** A constant that is no phone number. */
export function phoneFaults(path: string, value: unknown): FieldError[] {
  return constantsAt(path, value)
    .filter(({ text }) => !/^\+?\d{3,15}$/.test(text.replace(/[\s()./-]/g, "")))
    .map(({ path: at, text }) => ({
      path: at,
      message: `"${text.slice(0, 60)}" is no phone number, such as +49 30 5550200.`,
    }));
}

/** Constant headers that cannot be sent. */
export function headerFaults(path: string, headers: unknown): FieldError[] {
  if (!isObject(headers)) return [];
  return Object.entries(headers).flatMap(([name, value]) => {
    const plain = typeof value === "string" && isMade(value) ? "x" : String(value);
    const message = isMade(name) ? null : headerFault({ [name]: plain });
    return message ? [{ path: `${path}.${name}`, message }] : [];
  });
}
