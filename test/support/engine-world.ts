import { pino } from "pino";
import { activate, createAutomation, publish } from "../../src/automations/index.js";
import { configFrom } from "../../src/config.js";
import { type Actor, createRecord, createUser, createWorkspace, updateRecord } from "../../src/crm/index.js";
import { connect, type Database, type Dialect } from "../../src/db/index.js";
import { relayEvents } from "../../src/enrollments/index.js";
import type { Document, Form } from "../../src/graph/index.js";
import { makeEngine } from "../../src/make-engine.js";
import { advanceDueRuns, type Engine, getRun, listRuns, type RunFilter } from "../../src/runs/index.js";
import type { JsonObject } from "../../src/shared/json.js";
import { freshDatabase } from "./databases.js";
import { MovableClock } from "./movable-clock.js";

/** Ada, an admin: who does things in the tests unless they say otherwise. */
const ada: Actor = { type: "user", id: "ada", name: "Ada Admin" };

/** An engine on a database of its own, with a clock that is moved by hand and no timers: `drain` does all work there is. */
export async function engineWorld(
  dialect: Dialect,
  environment: Record<string, string> = {},
  through: (db: Database) => Database = (db) => db,
) {
  const made = await freshDatabase(dialect);
  const fresh = { ...made, db: through(made.db) };
  const clock = new MovableClock();
  const stopping = new AbortController();
  const config = configFrom({ SECRET_KEY: "test-key-of-thirty-two-characters", ...environment });
  const engineOn = (db: Database): Engine => {
    const engine = makeEngine({
      db,
      clock,
      log: pino({ level: "silent" }),
      config,
      stopping: stopping.signal,
      ring: () => undefined,
      ringAt: () => undefined,
    });
    engine.random = () => 0.5;
    return engine;
  };
  const engine = engineOn(fresh.db);
  const others: Database[] = [];
  const workspace = await createWorkspace(engine, { slug: "demo", name: "Demo", timezone: "Europe/Berlin" });
  const user = await createUser(engine, {
    workspaceId: workspace.id,
    email: "ada@demo.test",
    name: "Ada Admin",
    role: "admin",
  });
  const by: Actor = { ...ada, id: user.id };

  const world = {
    ...fresh,
    engine,
    clock,
    stopping,
    workspaceId: workspace.id,
    by,
    user,
    /** The engine of another process: connections and memory of its own, on the same database, by another way if `url` says so, and clock. */
    another(url = fresh.url): Engine {
      const db = connect(url);
      others.push(db);
      return engineOn(db);
    },
    async drop(): Promise<void> {
      for (const db of others) await db.sequelize.close();
      await fresh.drop();
    },
    /** Everything that can be done at this instant: events relayed, due runs advanced, until nothing is left. */
    async drain(): Promise<void> {
      while ((await relayEvents(engine)) + (await advanceDueRuns(engine)) + (await engine.inHand.atRest()) > 0);
    },
    deal: (values: JsonObject = {}) =>
      createRecord(engine, workspace.id, "deal", { name: "Northwind renewal", ...values }, { actor: by }),
    change: (object: string, id: string, values: JsonObject) =>
      updateRecord(engine, workspace.id, object, id, values, { actor: by }),
    /** A published, active automation. */
    async automation(document: Partial<Document> & Pick<Document, "steps">, name = "Won deals", form: Form = "list") {
      const full: Document = { object: "deal", triggers: [], ...document };
      const made = await createAutomation(engine, workspace.id, { name, form, document: full }, by);
      await publish(engine, workspace.id, made.id, null, by);
      return activate(engine, workspace.id, made.id);
    },
    runs: async (filter: RunFilter = {}) => (await listRuns(engine, workspace.id, { limit: 200, ...filter })).data,
    run: (id: string) => getRun(engine, workspace.id, id),
    /** The only run there is, with its steps. */
    async onlyRun(filter: RunFilter = {}) {
      const runs = await world.runs(filter);
      const [run] = runs;
      if (!run || runs.length !== 1) throw new Error(`Expected one run, found ${runs.length}.`);
      return getRun(engine, workspace.id, run.id);
    },
  };
  return world;
}

/** A trigger on a deal being moved to won. */
export const whenWon = { key: "won", kind: "record.updated", fields: ["stage"], to: "won" };

/** A condition `amount > 10,000`. */
export const overTenThousand = {
  all: [{ id: "big", fact: "record", path: "amount", operator: "greaterThan", value: 10_000 }],
};
