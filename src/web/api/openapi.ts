import type { JsonObject } from "../../shared/json.js";
import { schemas } from "./openapi-schemas.js";
import { type Route, ref, type Schema } from "./route.js";
import { routes } from "./routes.js";

const problems = {
  400: "The request is not well formed.",
  401: "No key, or one that is unknown or revoked.",
  403: "The role does not allow this.",
  404: "There is no such thing in this workspace.",
  409: "The state of things refuses it.",
  422: "Understood, but wrong: `errors` names each place.",
};

const intro = `Every address lies under one workspace, and so does every key: another workspace answers 404.

- **Authorization**: \`Authorization: Bearer mk_…\`. A key has a role: viewer, operator, editor or admin, each including the ones before.
- **Errors** are \`application/problem+json\`; \`errors\` names each place at fault.
- **Lists** take \`limit\` (at most 200) and \`cursor\`, and answer \`{ data, nextCursor }\`.
- **Changes** take an \`Idempotency-Key\`: the same key with the same request answers what it answered the first time, with another one 409.
- **Instants** are ISO 8601 in UTC with milliseconds; ids are texts.`;

/** The OpenAPI 3.1 document of the JSON API, made from the routes themselves. `baseUrl` is where people reach us. */
export function openApiDocument(baseUrl: string): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const route of routes) {
    const path = `/workspaces/{workspace}${route.path === "/" ? "" : route.path.replace(/:(\w+)/g, "{$1}")}`;
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  const mount = URL.canParse(baseUrl) ? new URL(baseUrl).pathname.replace(/\/$/, "") : "";
  return {
    openapi: "3.1.0",
    info: { title: "Millrace", version: "1", description: intro },
    servers: [{ url: `${mount}/api` }],
    security: [{ key: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { key: { type: "http", scheme: "bearer", description: "An API key of the workspace (mk_…)." } },
      schemas,
    },
  };
}

function operation(route: Route): JsonObject {
  const inPath = ["workspace", ...[...route.path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? "")];
  const parameters: Schema[] = [
    ...inPath.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
    ...Object.entries(route.query ?? {}).map(([name, { description, ...schema }]) => ({
      name,
      in: "query",
      ...(route.required?.includes(name) ? { required: true } : {}),
      ...(description ? { description } : {}),
      schema,
    })),
    ...(route.method === "get"
      ? []
      : [{ name: "Idempotency-Key", in: "header", schema: { type: "string", maxLength: 190 } }]),
  ];
  const { status, schema, description } = route.answer;
  const type = route.answer.type ?? "application/json";
  return {
    operationId: operationId(route),
    tags: [route.tag],
    summary: route.summary,
    description: `Least role: ${route.role}.`,
    "x-role": route.role,
    parameters,
    ...requestBody(route),
    responses: {
      [status]: { description, ...(schema ? { content: { [type]: { schema } } } : {}) },
      ...Object.fromEntries(
        Object.entries(problems).map(([code, text]) => [
          code,
          { description: text, content: { "application/problem+json": { schema: ref("Problem") } } },
        ]),
      ),
    },
  };
}

function requestBody(route: Route): JsonObject {
  if (route.csv) return { requestBody: { required: true, content: { "text/csv": { schema: { type: "string" } } } } };
  if (!route.body) return {};
  return { requestBody: { required: !route.bodyOptional, content: { "application/json": { schema: route.body } } } };
}

/** `get /objects/:object/records` → `getObjectsObjectRecords`: stable as long as the address is. */
function operationId({ method, path }: Route): string {
  return method + path.replace(/[/:-]+(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
