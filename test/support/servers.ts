import type { AddressInfo } from "node:net";
import { pino } from "pino";
import type { Config } from "../../src/config.js";
import { createWorkspace } from "../../src/crm/index.js";
import type { Dialect } from "../../src/db/index.js";
import { createMillrace } from "../../src/index.js";
import type { JsonObject } from "../../src/shared/json.js";
import { createApiKey, type Role, serve, stopServing } from "../../src/web/index.js";
import { freshDatabase } from "./databases.js";
import { MovableClock } from "./movable-clock.js";

/** What the API answered. `body` is what the JSON said; tests read it freely and find out when they are wrong. */
// biome-ignore lint/suspicious/noExplicitAny: answers are read as an outsider reads them, without our types
export type Answer = { status: number; type: string; text: string; body: any };

type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

/** Raw bytes, or something to send as JSON. */
type Body = JsonObject | string | Buffer;

/**
 * A whole Millrace as a stranger meets it: on a database of its own, behind a port on 127.0.0.1, asked with an API key. It
 * is worked by hand: `work` does all there is to do at this instant of a clock that stands still.
 */
export async function servedMillrace(dialect: Dialect, config: Partial<Config> = {}) {
  const fresh = await freshDatabase(dialect);
  const clock = new MovableClock();
  const settings = { databaseUrl: fresh.url, secretKey: "test-key-of-thirty-two-characters", allowHosts: [] };
  const millrace = await createMillrace({ config: { ...settings, ...config }, clock, log: pino({ level: "silent" }) });
  const { engine } = millrace;
  const workspace = await createWorkspace(engine, { slug: "demo", name: "Demo" });
  const keyOf = async (role: Role, workspaceId = workspace.id) =>
    (await createApiKey(engine, workspaceId, { name: `The ${role}`, role })).key;
  const sam = { id: "sam", name: "Sam", role: "admin" as const };
  const server = await serve(millrace.router({ currentUser: () => sam }), 0, "127.0.0.1");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const key = await keyOf("admin");

  const api = async (method: Method, path: string, body?: Body, headers: Record<string, string> = {}) =>
    answerOf(
      await fetch(`${url}/api/workspaces/demo${path}`, {
        method,
        headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json", ...headers },
        ...(body === undefined
          ? {}
          : { body: body instanceof Buffer || typeof body === "string" ? body : JSON.stringify(body) }),
      }),
    );

  const world = {
    db: fresh.db,
    databaseUrl: fresh.url,
    clock,
    millrace,
    engine,
    url,
    workspaceId: workspace.id,
    keyOf,
    api,
    /** Everything that can be done now: events relayed, due runs advanced, calls made. */
    async work(): Promise<void> {
      while ((await millrace.jobs.runAll()) + (await engine.inHand.atRest()) > 0);
    },
    /** A page, as a signed-in person's browser gets it. */
    page: async (path: string) => expectStatus(await answerOf(await fetch(`${url}${path}`)), 200).text,
    /** An automation made, published and switched on, all over the API. */
    async automation(document: JsonObject, name = "Won deals"): Promise<string> {
      const { body } = expectStatus(await api("POST", "/automations", { name, document }), 201);
      expectStatus(await api("POST", `/automations/${body.id}/publications`, { note: "first" }), 201);
      expectStatus(await api("PUT", `/automations/${body.id}/activation`), 200);
      return body.id;
    },
    /** A new deal's id. */
    deal: async (values: JsonObject = {}): Promise<string> =>
      expectStatus(
        await api("POST", "/objects/deal/records", { values: { name: "Northwind renewal", ...values } }),
        201,
      ).body.id,
    patch: (id: string, values: JsonObject) => api("PATCH", `/objects/deal/records/${id}`, { values }),
    /** Moves a deal to `won`, and does what follows from that. */
    async win(id: string): Promise<void> {
      expectStatus(await world.patch(id, { stage: "won" }), 200);
      await world.work();
    },
    /** The runs a filter (`status=failed`) finds, newest first. */
    runs: async (filter = "") => expectStatus(await api("GET", `/runs?limit=200&${filter}`), 200).body.data,
    /** The only run there is, with its steps. */
    async onlyRun(filter = "") {
      const runs = await world.runs(filter);
      if (runs.length !== 1) throw new Error(`Expected one run, found ${runs.length}.`);
      return (await api("GET", `/runs/${runs[0].id}`)).body;
    },
    async stop(): Promise<void> {
      await stopServing(server, 0);
      await millrace.stop();
      await fresh.drop();
    },
  };
  return world;
}

export type ServedMillrace = Awaited<ReturnType<typeof servedMillrace>>;

/** The answer, when it has this status; else an error that shows what it said instead. */
function expectStatus(answer: Answer, status: number): Answer {
  if (answer.status !== status) throw new Error(`Expected ${status}, got ${answer.status}: ${answer.text}`);
  return answer;
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const type = response.headers.get("content-type") ?? "";
  return { status: response.status, type, text, body: type.includes("json") ? JSON.parse(text) : null };
}
