/** Deeper JSON than this stays a text: whoever walks it later must not run out of stack. */
const MAX_DEPTH = 100;

/** A body as later steps use it: parsed JSON, a text, or base64 for bytes that are no text. */
export type ReadableBody = { body: unknown; encoding?: "base64" };

/** Reads a body by its content type. JSON that is cut, broken or too deep is left as text. */
export function readableBody(bytes: Buffer, contentType: string, truncated: boolean): ReadableBody {
  if (bytes.length === 0) return { body: null };
  const text = decoded(bytes, contentType, truncated);
  if (text === null) return { body: bytes.toString("base64"), encoding: "base64" };
  const json = contentType === "" || isJson(contentType);
  if (!json || truncated || depthOf(text) > MAX_DEPTH) return { body: text };
  try {
    return { body: JSON.parse(text, /__proto__|\\u005f/i.test(text) ? withoutProto : undefined) };
  } catch {
    return { body: text };
  }
}

/** True for a content type that says JSON. */
export function isJson(contentType: string): boolean {
  return /^[^;]*[/+]json\b/i.test(contentType);
}

function withoutProto(key: string, value: unknown): unknown {
  return key === "__proto__" ? undefined : value;
}

/** A cut body may end inside a character, which is no reason to take it for bytes. */
function decoded(bytes: Buffer, contentType: string, truncated: boolean): string | null {
  const charset = /charset="?([\w-]+)/i.exec(contentType)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes, { stream: truncated });
  } catch {
    return /^text\//i.test(contentType) ? bytes.toString("utf8") : null;
  }
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char === "\\") at++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === "[" || char === "{") deepest = Math.max(deepest, ++depth);
    else if (char === "]" || char === "}") depth--;
  }
  return deepest;
}
