import { updateRecord } from "../../crm/index.js";
import { isObject } from "../../shared/json.js";
import { type ActionKind, done, failed } from "../action.js";
import { withRecord } from "../record-target.js";
import { configOf, recordPart, rolePart, userPart, usersPart } from "../schema-parts.js";
import { inWords, recordInWords } from "../words.js";
import { type Assignment, chooseOwner } from "./choose-owner.js";
import { ownerField } from "./people.js";

const groupPart = {
  type: "object",
  properties: { role: rolePart, users: usersPart },
  minProperties: 1,
  additionalProperties: false,
};

/** Gives a record an owner: a person, whoever a field names, the next in turn, or the one with least to do. */
export const assignOwner: ActionKind = {
  kind: "owner.assign",
  title: "Assign owner",
  group: "People",
  description: "Gives the record an owner: one person, the one a field names, in turn, or whoever is least busy.",
  config: configOf(
    {
      record: recordPart,
      to: {
        title: "Assign to",
        type: "object",
        properties: {
          user: userPart,
          field: {
            title: "The user in a field",
            description: "Such as company.owner.",
            type: "string",
            minLength: 1,
            "x-hint": "field",
          },
          roundRobin: {
            ...groupPart,
            title: "In turn",
            description: "Each of them gets the next one, evenly: everybody with a role, or a list of users.",
            type: ["object", "array"],
            items: { type: "string", minLength: 1 },
            minItems: 1,
          },
          leastBusy: {
            ...groupPart,
            title: "Least busy",
            properties: {
              ...groupPart.properties,
              by: {
                title: "Measured by",
                description: "Open tasks, or records of this kind they own.",
                enum: ["tasks", "records"],
                default: "tasks",
              },
            },
          },
        },
        minProperties: 1,
        maxProperties: 1,
        additionalProperties: false,
      },
    },
    ["to"],
  ),
  output: {
    type: "object",
    properties: {
      id: { type: "string", title: "Record id", "x-hint": "record" },
      object: { type: "string", title: "Object", "x-hint": "object" },
      owner: { type: "string", title: "Owner", "x-hint": "user" },
      name: { type: "string", title: "Owner's name" },
      email: { type: "string", title: "Owner's e-mail" },
      changed: { type: "array", items: { type: "string" }, title: "Fields that really changed" },
    },
  },
  ports: ["success", "error"],
  effect: "database",
  writes: ({ record }, object) => {
    const of = isObject(record) ? record["object"] : object;
    return typeof of === "string" ? [`${of}.owner`] : [];
  },
  sentence: (config) => `assign ${recordInWords(config["record"])} to ${toInWords(config["to"])}`,
  perform: (config, step) =>
    withRecord(config["record"], step, async (current) => {
      const field = await ownerField(step, current.object);
      if (!field) return failed("no_owner_field", `A ${current.object} has no field for its owner.`);
      const chosen = await chooseOwner(config["to"] as Assignment, current, field, step);
      if ("type" in chosen) return chosen;
      const { host, workspaceId, cause, tx, writes } = step;
      const values = { [field]: chosen.id };
      const { record, changes } = await updateRecord(
        host,
        workspaceId,
        current.object,
        current.id,
        values,
        cause,
        { current, writes },
        tx,
      );
      step.keep(record.object, record.id, record);
      const { id: owner, name, email } = chosen;
      return done({
        id: record.id,
        object: record.object,
        owner,
        name,
        email,
        changed: changes.map((change) => change.field),
      });
    }),
};

function toInWords(to: unknown): string {
  const { user, field, roundRobin, leastBusy } = (isObject(to) ? to : {}) as Assignment;
  if (user) return inWords(user);
  if (field) return `the user in ${inWords(field)}`;
  const group = roundRobin ?? leastBusy;
  const who = isObject(group) && group.role ? `every ${group.role}` : inWords(isObject(group) ? group.users : group);
  return roundRobin ? `${who} in turn` : `the least busy of ${who}`;
}
