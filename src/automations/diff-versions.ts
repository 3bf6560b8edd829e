import { canonicalJson, isObject } from "../shared/json.js";
import { type AutomationRoom, getAutomation, getVersion } from "./automation.js";

/**
 * One place where two documents differ; a member that is not there is undefined. Steps are found by key, not position:
 * that they stand in another order is one difference, of their keys.
 */
export type Difference = { path: string; before: unknown; after: unknown };

/** Where version `b` differs from version `a`, the form first, in the order of the documents. 404 when either is not there. */
export async function diffVersions(
  room: AutomationRoom,
  workspaceId: string,
  id: string,
  a: number,
  b: number,
): Promise<Difference[]> {
  const automation = await getAutomation(room, workspaceId, id);
  const [before, after] = [await getVersion(room, automation, a), await getVersion(room, automation, b)];
  const form = before.form === after.form ? [] : [{ path: "form", before: before.form, after: after.form }];
  return [...form, ...differences(before.document, after.document, "")];
}

function differences(before: unknown, after: unknown, path: string): Difference[] {
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return [];
  const was = byKey(before);
  const is = byKey(after);
  if (!was || !is) return [{ path, before, after }];
  const inside = [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((name) =>
    differences(was[name], is[name], path ? `${path}.${name}` : name),
  );
  return [...inside, ...(Array.isArray(before) && Array.isArray(after) ? orderChange(was, is, path) : [])];
}

/** The members of an object, or of a list whose items all have a key of their own. */
function byKey(value: unknown): Record<string, unknown> | null {
  if (isObject(value)) return value;
  if (!Array.isArray(value) || !value.every((item) => isObject(item) && typeof item["key"] === "string")) return null;
  return Object.fromEntries(value.map((item: Record<string, unknown>) => [String(item["key"]), item]));
}

function orderChange(was: Record<string, unknown>, is: Record<string, unknown>, path: string): Difference[] {
  const [before, after] = [Object.keys(was), Object.keys(is)];
  const stayed = before.filter((key) => key in is).join();
  return stayed === after.filter((key) => key in was).join() ? [] : [{ path, before, after }];
}
