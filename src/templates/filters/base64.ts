import { isBlank, wrongInput } from "./filter-error.js";

/** Text in the alphabet of addresses: `-` and `_` instead of `+` and `/`, without padding. */
export function base64_url_safe_encode(value: unknown): string {
  if (isBlank(value)) return "";
  if (typeof value === "object") throw wrongInput("base64_url_safe_encode", "text");
  return Buffer.from(String(value), "utf8").toString("base64url");
}

/** The text again; an error for what no text was encoded to. */
export function base64_url_safe_decode(value: unknown): string {
  if (isBlank(value)) return "";
  const given = String(value).replace(/=+$/, "");
  const bytes = Buffer.from(given, "base64url");
  const text = bytes.toString("utf8");
  const isIntact = bytes.toString("base64url") === given && Buffer.from(text, "utf8").equals(bytes);
  if (typeof value !== "string" || !isIntact) throw wrongInput("base64_url_safe_decode", "text in URL-safe Base64");
  return text;
}
