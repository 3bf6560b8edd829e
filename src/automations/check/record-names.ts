import type { ObjectType } from "../../crm/index.js";
import type { Names } from "./names.js";

/** Relations are followed this far when a run reads a record; see `withRelated`. */
const MOST_HOPS = 3;
/** Enough to suggest from. Relations beyond it are not looked into: anything may lie there. */
const MOST_PATHS = 1500;

const ofEvery = ["id", "version", "createdAt", "updatedAt"];
const ofUser = ["id", "name", "email", "role"];

/** The fields of an object's records at `at`, those of related records and people left out. */
export function namesOfFields(at: string, { fields }: ObjectType): Names {
  return {
    paths: [at, ...[...ofEvery, ...fields.map(({ name }) => name)].map((name) => `${at}.${name}`)],
    open: fields.filter(({ type }) => type === "json").map(({ name }) => `${at}.${name}`),
  };
}

/** Everything a run can read of a record at `at`: its fields, those of the records its relations lead to, and people. */
export function namesOfRecord(at: string, object: ObjectType, objects: readonly ObjectType[]): Names {
  const names: Names = { paths: [], open: [] };
  const todo = [{ at, object, hops: 0 }];
  for (let here = todo.shift(); here; here = todo.shift()) {
    if (names.paths.length > MOST_PATHS) {
      names.open.push(here.at);
      continue;
    }
    const own = namesOfFields(here.at, here.object);
    names.paths.push(...own.paths);
    names.open.push(...own.open);
    if (here.hops === MOST_HOPS) continue;
    for (const { name, type, relation } of here.object.fields) {
      const path = `${here.at}.${name}`;
      const related = objects.find((other) => other.name === relation);
      if (type === "user") names.paths.push(...ofUser.map((one) => `${path}.${one}`));
      else if (related) todo.push({ at: path, object: related, hops: here.hops + 1 });
    }
  }
  return names;
}
