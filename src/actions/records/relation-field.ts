import { describeObject, type Field, type Target, updateRecord } from "../../crm/index.js";
import { done, failed, type Outcome, type StepContext } from "../action.js";

/** The field of an object that a relation names; undefined for a relation that is only a name for links. */
export async function relationField(step: StepContext, object: string, relation: string): Promise<Field | undefined> {
  const { fields } = await describeObject(step.host, step.workspaceId, object);
  return fields.find(({ name, type }) => name === relation && type === "relation");
}

/** Links by setting the field. Fails `wrong_object` when the field leads to records of another object. */
export async function pointTo(field: Field, from: Target, to: Target, step: StepContext): Promise<Outcome> {
  const wanted = field.relation ?? field.name;
  if (to.object !== wanted)
    return failed("wrong_object", `${field.label} leads to a ${wanted}, and this is a ${to.object}.`);
  const linked = await write(from, field.name, to.id, step);
  return done({ record: from, relation: field.name, to, linked });
}

/** Unlinks by emptying the field, if that is where it leads. */
export async function pointAway(field: Field, from: Target, to: Target, step: StepContext): Promise<Outcome> {
  const current = await step.load(from.object, from.id);
  const leadsThere = current?.values[field.name] === to.id && (field.relation ?? field.name) === to.object;
  const unlinked = leadsThere && (await write(from, field.name, null, step));
  return done({ record: from, relation: field.name, to, unlinked });
}

async function write({ object, id }: Target, name: string, value: string | null, step: StepContext): Promise<boolean> {
  const { host, workspaceId, cause, writes, tx } = step;
  const { record, changes } = await updateRecord(
    host,
    workspaceId,
    object,
    id,
    { [name]: value },
    cause,
    { writes },
    tx,
  );
  step.keep(record.object, record.id, record);
  return changes.length > 0;
}
