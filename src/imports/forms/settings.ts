import type { Document, ErrorPolicy } from "../../graph/index.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { inWords, keptName } from "../names/keys.js";
import { saidOf } from "../names/said.js";
import { isNothing, type Source } from "../source.js";
import { errorPolicyOf, timeoutOf } from "../steps/error-policy.js";
import type { Report } from "../work.js";

/** What a definition says about itself as a whole, beside its steps. */
export type Settings = {
  name: string;
  description: string;
  tags: string[];
  inputs: JsonObject;
  required: string[];
  variables: JsonObject;
  secrets: string[];
  onError: ErrorPolicy | undefined;
  limits: Document["limits"];
  timezone: string | undefined;
  timeout: string | undefined;
};

/** Reads them from the objects they may stand in, the first that says something being the one that counts. */
export function settingsFrom(sources: readonly Source[], report: Report): Settings {
  const first = <T>(read: (source: Source) => T | undefined): T | undefined => {
    for (const source of sources) {
      const found = read(source);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const declared = first((source) => source.object("inputSchema", "inputs", "input", "parameters"));
  const tags = first((source) => source.take("tags"));
  return {
    name: (first((source) => source.text("name", "title")) ?? "Imported automation").trim().slice(0, 190),
    description: first((source) => source.text("description", "summary")) ?? "",
    tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [],
    ...inputsFrom(declared, report),
    variables: variablesFrom(
      first((source) => source.object("variables", "vars")),
      report,
    ),
    secrets: namesOf(first((source) => source.take("secrets"))),
    onError: first((source) => errorPolicyOf(source, report)),
    limits: limitsFrom(sources, report),
    timezone: first((source) => source.text("timezone", "time_zone")),
    timeout: first(timeoutOf),
  };
}

/** Declared inputs: a JSON Schema, or one member for each. */
export function inputsFrom(declared: Source | undefined, report: Report): Pick<Settings, "inputs" | "required"> {
  if (!declared) return { inputs: {}, required: [] };
  const properties = declared.object("properties");
  const required = declared.take("required");
  if (properties) {
    declared.skip("type", "title", "description", "$schema", "$id");
    for (const [name] of declared.rest())
      report(declared.at(name), "Inputs are told one by one, and by whether they must be given; this says more.");
    return { inputs: { ...properties.value }, required: Array.isArray(required) ? required.map(saidOf) : [] };
  }
  const types = ["string", "number", "boolean", "array", "object", "integer"];
  const inputs = Object.entries(declared.value).map(([name, given]): [string, JsonObject] => {
    if (isObject(given)) return [name, given];
    return [name, { title: inWords(name), ...(types.includes(saidOf(given)) ? { type: given } : {}) }];
  });
  return { inputs: Object.fromEntries(inputs), required: [] };
}

function variablesFrom(source: Source | undefined, report: Report): JsonObject {
  const variables: JsonObject = {};
  for (const [name, value] of source?.rest() ?? []) {
    if (JSON.stringify(value)?.includes("{{"))
      report(source?.at(name) ?? name, "A variable begins with a fixed value here; set it in a step instead.");
    else variables[keptName(name)] = value;
  }
  return variables;
}

function namesOf(secrets: unknown): string[] {
  if (Array.isArray(secrets))
    return secrets
      .flatMap((one: unknown) => (isObject(one) ? [saidOf(one["name"] ?? one["key"] ?? "")] : [saidOf(one)]))
      .filter(Boolean);
  return isObject(secrets) ? Object.keys(secrets) : [];
}

function limitsFrom(sources: readonly Source[], report: Report): Document["limits"] {
  const limits: NonNullable<Document["limits"]> = {};
  for (const source of sources) {
    for (const [names, member, least] of [
      [["run_limit_per_month", "runs_per_month", "monthly_limit", "max_runs_per_month"], "runsPerMonth", 0],
      [["run_limit_per_minute", "runs_per_minute", "per_minute", "rate_limit_per_minute"], "perMinute", 1],
    ] as const) {
      const path = source.at(...names);
      const given = source.take(...names);
      if (given === undefined || given === null) continue;
      const many = Number(saidOf(given));
      if (Number.isInteger(many) && many >= least) limits[member] ??= many;
      else report(path, `"${saidOf(given)}" is no number of runs.`);
    }
  }
  return Object.keys(limits).length > 0 ? limits : undefined;
}

/** What tells a definition from others over there, or where it stands in their store: it means nothing here. */
const idle = [
  ...[
    "id",
    "_id",
    "slug",
    "version",
    "versionnumber",
    "status",
    "isactive",
    "active",
    "enabled",
    "ispublished",
    "published",
  ],
  ...[
    "createdat",
    "updatedat",
    "createdby",
    "updatedby",
    "publishedat",
    "publishedversion",
    "workspaceid",
    "organizationid",
    "ownerid",
  ],
  ...[
    "workflowtype",
    "type",
    "category",
    "module",
    "viewport",
    "executionorder",
    "schema",
    "lastrunat",
    "totalruns",
    "runcount",
    "stats",
  ],
  ...[
    "successfulruns",
    "failedruns",
    "workflowkey",
    "rootversionid",
    "versionnumber",
    "parentversionid",
    "changelog",
    "creationtime",
  ],
];

/** Lists every member nobody read. */
export function reportRest(sources: readonly Source[], report: Report): void {
  for (const source of sources) {
    for (const [name, value] of source.rest()) {
      const plain = name.toLowerCase().replace(/[^a-z]/g, "");
      if (!isNothing(value) && !idle.includes(plain)) report(source.at(name), `There is nothing like "${name}" here.`);
    }
  }
}
