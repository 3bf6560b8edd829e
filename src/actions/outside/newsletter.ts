import { findRecords } from "../../crm/index.js";
import { mailAddress } from "../../effects/index.js";
import { Problem } from "../../shared/errors.js";
import type { StepContext } from "../action.js";

/** A contact's own answer to whether they receive the newsletter. */
const ANSWER = "subscribed";

/**
 * Those of `recipients` that belong to a contact who does not receive the newsletter: addresses in lower case. A contact
 * of whom nothing is known, and an address that is no contact's, are nobody who said no.
 */
export async function whoSaidNo(
  { host, workspaceId }: Pick<StepContext, "host" | "workspaceId">,
  recipients: string[],
): Promise<Set<string>> {
  const addresses = recipients.flatMap((text) => mailAddress(text)?.address ?? []);
  if (addresses.length === 0) return new Set();
  const leaf = (path: string, value: unknown) => ({ fact: "record", path, operator: "equal", value });
  const when = { all: [leaf(ANSWER, false), { any: addresses.map((address) => leaf("email", address)) }] };
  try {
    const { records } = await findRecords(host, workspaceId, "contact", { when, limit: 1000, anyCase: true });
    return new Set(records.map(({ values }) => String(values["email"]).toLowerCase()));
  } catch (error) {
    // A host whose contacts have no such field, or that has no contacts, asks them in its own way.
    if (error instanceof Problem && (error.status === 404 || error.status === 422)) return new Set();
    throw error;
  }
}
