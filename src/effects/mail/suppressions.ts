import { code, type Database, defineTable, id, instant, primary, text } from "../../db/index.js";
import type { Clock } from "../../shared/clock.js";
import { isObject } from "../../shared/json.js";
import type { KeyRing } from "../secrets/key-ring.js";

/** Why an address gets no more marketing mail. */
export type SuppressionReason = "unsubscribed" | "bounced" | "manual";

/** Addresses that get no marketing mail. Written here, when somebody unsubscribes or a mail comes back. Never forgotten. */
const suppressions = defineTable("millrace_suppressions", {
  workspaceId: primary(id),
  address: primary(text(254)),
  reason: code<SuppressionReason>(20, ["unsubscribed", "bounced", "manual"]),
  at: instant,
});

/** Notes that an address gets no more marketing mail from this workspace. Saying it twice keeps the first reason. */
export async function suppress(
  room: { db: Database; clock: Clock },
  workspaceId: string,
  address: string,
  reason: SuppressionReason,
): Promise<void> {
  const row = { workspaceId, address: address.toLowerCase(), reason, at: room.clock.now() };
  await suppressions(room.db).bulkCreate([row], { ignoreDuplicates: true });
}

/** Those of the addresses that get no marketing mail, in lower case, each with its reason. */
export async function suppressedAmong(
  room: { db: Database },
  workspaceId: string,
  addresses: string[],
): Promise<Map<string, string>> {
  const rows = await suppressions(room.db, workspaceId).findAll({
    where: { address: addresses.map((address) => address.toLowerCase()) },
  });
  return new Map(rows.map(({ address, reason }) => [address, reason]));
}

const PURPOSE = "unsubscribe";

/** The address of the page where one recipient ends marketing mail with one click. It does not show who that is. */
export function unsubscribeUrl(keys: KeyRing, baseUrl: string, workspaceId: string, address: string): string {
  const { key, sealed } = keys.seal(
    Buffer.from(JSON.stringify({ workspaceId, address: address.toLowerCase() })),
    PURPOSE,
  );
  return `${baseUrl.replace(/\/+$/, "")}/u/${key}.${sealed}`;
}

/** Whom an unsubscribe token stands for, or null when it was not made by this installation. Changes nothing. */
export function readUnsubscribeToken(
  room: { effects: { keys: KeyRing } },
  token: string,
): { workspaceId: string; address: string } | null {
  const [key, sealed] = token.length > 2000 ? [] : token.split(".");
  const plain = key && sealed ? room.effects.keys.open(key, sealed, PURPOSE) : null;
  const value: unknown = plain ? JSON.parse(plain.toString()) : null;
  if (!isObject(value) || typeof value["workspaceId"] !== "string" || typeof value["address"] !== "string") return null;
  return { workspaceId: value["workspaceId"], address: value["address"] };
}

/** Carries out an unsubscribe token; doing it again changes nothing. Null when the token is not one of ours. */
export async function unsubscribe(
  room: { db: Database; clock: Clock; effects: { keys: KeyRing } },
  token: string,
): Promise<{ workspaceId: string; address: string } | null> {
  const who = readUnsubscribeToken(room, token);
  if (who) await suppress(room, who.workspaceId, who.address, "unsubscribed");
  return who;
}
