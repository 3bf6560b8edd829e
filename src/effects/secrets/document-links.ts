import { isObject } from "../../shared/json.js";
import type { KeyRing } from "./key-ring.js";

const PURPOSE = "document";

/** The document a link leads to. */
export type LinkedDocument = { workspaceId: string; documentId: string };

/** An address that leads to a document for whoever has it, until `expiresAt` (milliseconds): sealed, so that nobody can make one. */
export function documentUrl(
  keys: KeyRing,
  baseUrl: string,
  { workspaceId, documentId }: LinkedDocument,
  expiresAt: number,
): string {
  const { key, sealed } = keys.seal(Buffer.from(JSON.stringify({ workspaceId, documentId, expiresAt })), PURPOSE);
  return `${baseUrl}/documents/${key}.${sealed}`;
}

/** What such an address leads to: null when it is not one of ours, `expired` when its time is over. */
export function readDocumentLink(keys: KeyRing, token: string, now: number): LinkedDocument | "expired" | null {
  const [key, sealed] = token.length > 2_000 ? [] : token.split(".");
  const plain = key && sealed ? keys.open(key, sealed, PURPOSE) : null;
  const value: unknown = plain ? JSON.parse(plain.toString()) : null;
  if (!isObject(value)) return null;
  if (Number(value["expiresAt"]) <= now) return "expired";
  return { workspaceId: String(value["workspaceId"]), documentId: String(value["documentId"]) };
}
