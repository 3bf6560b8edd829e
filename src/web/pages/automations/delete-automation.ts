import { type Automation, deleteAutomation } from "../../../automations/index.js";
import { deleteGuarded } from "../../../insight/index.js";
import type { Engine } from "../../../runs/index.js";
import type { Visit } from "../site.js";

/** Deletes an automation unless another one starts it or listens to its failures: then 409 with who does. */
export function deleteUnlessUsed(
  engine: Engine,
  { workspace }: Visit,
  { id, name }: Pick<Automation, "id" | "name">,
): Promise<void> {
  const thing = { kind: "automation" as const, names: [id, name] };
  return deleteGuarded(engine, workspace.id, `The automation "${name}"`, thing, false, () =>
    deleteAutomation(engine, workspace.id, id),
  );
}
