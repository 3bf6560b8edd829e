import type { AgendaBackend } from "agenda";
import { Problem } from "../shared/errors.js";

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

function chosen(url: string) {
  const scheme = /^[a-z+]+:/.exec(url)?.[0] ?? "";
  return official.find(({ schemes }) => schemes.includes(scheme));
}
