import type { EventEmitter } from "node:events";
import type { AgendaBackend } from "agenda";
import { Problem } from "../shared/errors.js";
import { isObject } from "../shared/json.js";

type Made = new (settings: Record<string, string>) => AgendaBackend;

/** Agenda's own backends: the package and class for a scheme, and what the class calls the address. */
const official = [
  { schemes: ["redis:", "rediss:"], name: "redis", made: "RedisBackend", setting: "connectionString" },
  { schemes: ["postgres:", "postgresql:"], name: "postgres", made: "PostgresBackend", setting: "connectionString" },
  { schemes: ["mongodb:", "mongodb+srv:"], name: "mongo", made: "MongoBackend", setting: "address" },
];

/** True for an address one of Agenda's own backends takes. */
export function isJobsUrl(url: string): boolean {
  return chosen(url) !== undefined;
}

/**
 * Agenda's own backend for the bells at `url`. Its package is not among ours: a Problem names what to install when it is
 * not there. `load` imports it.
 */
export async function officialBackend(
  url: string,
  load: (name: string) => Promise<Record<string, unknown>> = (name) => import(name),
): Promise<AgendaBackend> {
  const backend = chosen(url);
  if (!backend) throw new Problem(500, "configuration", "JOBS_URL takes redis://, postgres:// or mongodb://.");
  const name = `@agendajs/${backend.name}-backend`;
  const found = await load(name).catch(() => null);
  if (!found)
    throw new Problem(500, "configuration", `JOBS_URL needs the package ${name}. Install it with: npm install ${name}`);
  const Backend = found[backend.made] as Made;
  return new Backend({ [backend.setting]: url });
}

/** Whether the backend at `url` answers within `timeoutMs`; rejects with the reason when it does not. Leaves nothing open. */
export async function askBackend(url: string, timeoutMs: number): Promise<void> {
  const backend = await officialBackend(url);
  let heard: unknown = new Error(`No answer within ${timeoutMs / 1000} s.`);
  hearConnections(backend, (error) => {
    heard = error;
  });
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(heard), timeoutMs).unref());
  try {
    await Promise.race([backend.connect().then(() => backend.repository.getQueueSize()), late]);
  } finally {
    await Promise.race([backend.disconnect(), late]).catch(() => {});
  }
}

/**
 * Hears the errors that connections of an official backend report while nobody asks anything of them: an idle one that its
 * server closes. Unheard they end the process. To be called before connecting and after, when connections were made anew.
 */
export function hearConnections({ repository }: AgendaBackend, hear: (error: unknown) => void): void {
  for (const getter of ["getPool", "getRedis"]) {
    const get: unknown = Reflect.get(repository, getter);
    const connections: unknown = typeof get === "function" ? get.call(repository) : null;
    if (emits(connections) && connections.listenerCount("error") === 0) connections.on("error", hear);
  }
}

/** Some of them only behave like an EventEmitter. */
function emits(value: unknown): value is Pick<EventEmitter, "on" | "listenerCount"> {
  return isObject(value) && typeof value["on"] === "function" && typeof value["listenerCount"] === "function";
}

function chosen(url: string) {
  const scheme = /^[a-z+]+:/.exec(url)?.[0] ?? "";
  return official.find(({ schemes }) => schemes.includes(scheme));
}
