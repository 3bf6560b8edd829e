import type { Request, Response } from "express";
import type { Actor, Cause, Workspace } from "../../crm/index.js";
import type { Engine } from "../../runs/index.js";
import type { JsonObject } from "../../shared/json.js";
import type { Role } from "../access/roles.js";
import type { Answer } from "./answer.js";

/** A JSON Schema, as OpenAPI 3.1 takes it. */
export type Schema = JsonObject;

/** One request, understood: who asks, in which workspace, and the parts of the address and body, checked by their schemas. */
export type Call = {
  engine: Engine;
  workspace: Workspace;
  role: Role;
  actor: Actor;
  /** What a write of this request is caused by. */
  cause: Cause;
  params: Record<string, string>;
  query: Record<string, unknown>;
  body: JsonObject;
  req: Request;
  res: Response;
};

/**
 * One route of the JSON API, in Express' words for the path, and everything there is to know about it: who may use it,
 * what it takes, what it answers. The router, the checks, the OpenAPI document and the table of roles are made from this.
 */
export type Route = {
  method: "get" | "post" | "patch" | "put" | "delete";
  /** Under `/api/workspaces/:workspace`. */
  path: string;
  role: Role;
  /** A heading of the documentation. */
  tag: string;
  summary: string;
  /** The parameters of the query by name; any other is refused. */
  query?: Record<string, Schema>;
  /** Parameters of the query that must be there. */
  required?: string[];
  /** The handler itself looks at further parameters. */
  moreQuery?: true;
  /** The JSON body; absent when the route takes none. */
  body?: Schema;
  /** Takes a CSV file instead; it is in `req.body` as text. */
  csv?: true;
  /** The answer holds something shown once and stored nowhere, so it cannot be repeated for an `Idempotency-Key`. */
  shownOnce?: true;
  /** The body need not be sent. */
  bodyOptional?: true;
  /** The status of success and its body; no schema for 204. */
  answer: { status: number; schema?: Schema; type?: string; description: string };
  /** Answers, or undefined when it has written to `res` itself. */
  handle(call: Call): Promise<Answer | undefined>;
};

/** `limit` and `cursor` of every list. */
export const paging: Record<string, Schema> = {
  limit: { type: "integer", minimum: 1, maximum: 200, default: 50, description: "How many to return at most." },
  cursor: { type: "string", maxLength: 500, description: "`nextCursor` of the page before." },
};

/** `force=1`: delete what automations use all the same; they are marked as broken. */
export const force: Record<string, Schema> = {
  force: {
    type: "string",
    enum: ["1"],
    description: "Delete it although automations use it; they are marked as broken.",
  },
};

/** Names a schema of `components/schemas`. */
export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/** An object that takes these members and no others. */
export function closed(properties: Record<string, Schema>, required: string[] = []): Schema {
  return { type: "object", properties, required, additionalProperties: false };
}

/** A page of a list. */
export function pageOf(item: Schema): Schema {
  return {
    type: "object",
    properties: { data: { type: "array", items: item }, nextCursor: { type: ["string", "null"] } },
    required: ["data", "nextCursor"],
  };
}

/** A list that comes whole. */
export function listOf(item: Schema): Schema {
  return { type: "object", properties: { data: { type: "array", items: item } }, required: ["data"] };
}
