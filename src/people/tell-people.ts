import { notifyUser } from "../crm/index.js";
import type { Tx } from "../db/index.js";
import type { Engine } from "../runs/index.js";
import type { OpenWait, QuestionDetails } from "./question.js";

/** Tells people in the app about a question, unless it asks to be told of by mail only. `note`: what somebody adds. */
export async function tell(
  engine: Engine,
  { workspaceId, token, details }: Pick<OpenWait, "workspaceId" | "token" | "details">,
  userIds: string[],
  title: string,
  tx: Tx,
  note: string | null = null,
): Promise<void> {
  if (details.notify && !details.notify.includes("app")) return;
  const body = [note, details.message].filter(Boolean).join("\n\n") || null;
  for (const userId of userIds)
    await notifyUser(
      engine,
      workspaceId,
      userId,
      { title: title.slice(0, 250), body, link: `/approvals/${token}` },
      tx,
    );
}

/** Notes letters to be sent once this is committed: everybody is asked once, whoever they come after, and reminded as often as due. */
export function write(
  details: QuestionDetails,
  userIds: string[],
  n: number,
  subject: string,
  note: string | null = null,
): void {
  if (details.notify && !details.notify.includes("email")) return;
  const written = details.written ?? [];
  const readers = n === 0 ? userIds.filter((id) => !written.includes(id)) : userIds;
  details.written = [...new Set([...written, ...readers])];
  const letters = readers.map((userId) => ({ userId, n, subject, tries: 0, ...(note ? { note } : {}) }));
  details.letters = [...(details.letters ?? []), ...letters];
}
