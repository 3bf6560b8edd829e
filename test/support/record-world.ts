import { type ActionRoom, builtinActions } from "../../src/actions/index.js";
import {
  type Cause,
  createObjectTable,
  createRecord,
  createUser,
  createWorkspace,
  getRecord,
  type RecordRow,
  type User,
} from "../../src/crm/index.js";
import type { Dialect } from "../../src/db/index.js";
import { createEffects } from "../../src/effects/index.js";
import type { JsonObject } from "../../src/shared/json.js";
import { freshDatabase } from "./databases.js";
import { MovableClock } from "./movable-clock.js";

/**
 * A small named world on a database of its own: Ada the admin and Omar the operator; Northwind with its contact Nora
 * and the deal "Northwind renewal", which belongs to Omar. It is Monday morning and the clock is moved by hand.
 */
export async function recordWorld(dialect: Dialect) {
  const fresh = await freshDatabase(dialect);
  const clock = new MovableClock();
  const log = { info() {}, warn() {}, error() {} };
  const config = { allowHosts: [], secretKey: "test-key-of-thirty-two-characters", baseUrl: "http://crm.test" };
  const effects = createEffects({ db: fresh.db, clock, log, config });
  const room: ActionRoom = {
    db: fresh.db,
    clock,
    ring() {},
    objects: createObjectTable(),
    effects,
    actions: builtinActions(),
  };

  const { id: ws } = await createWorkspace(room, { slug: "demo", name: "Demo", timezone: "Europe/Berlin" });
  const person = (email: string, name: string, role: User["role"]) =>
    createUser(room, { workspaceId: ws, email, name, role });
  const ada = await person("ada@demo.test", "Ada Admin", "admin");
  const omar = await person("omar@demo.test", "Omar Operator", "operator");
  const cause: Cause = { actor: { type: "user", id: ada.id, name: ada.name } };
  const record = (object: string, values: JsonObject) => createRecord(room, ws, object, values, cause);
  const company = await record("company", { name: "Northwind", industry: "Retail", owner: ada.id });
  const contact = await record("contact", { name: "Nora North", email: "nora@northwind.test", company: company.id });
  const deal = await record("deal", {
    name: "Northwind renewal",
    amount: 12_000,
    stage: "proposal",
    owner: omar.id,
    closeDate: "2026-04-01",
    company: company.id,
    contact: contact.id,
  });

  return {
    ...fresh,
    room,
    clock,
    ws,
    person,
    ada,
    omar,
    cause,
    company,
    contact,
    deal,
    record,
    /** A record as it is stored now; null when it is gone. */
    now: ({ object, id }: Pick<RecordRow, "object" | "id">) => getRecord(room, ws, object, id),
    async drop() {
      await effects.close();
      await fresh.drop();
    },
  };
}

export type RecordWorld = Awaited<ReturnType<typeof recordWorld>>;
