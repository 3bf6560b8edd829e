import type { JsonObject } from "../../shared/json.js";
import { configOf, outputOf } from "../schema-parts.js";

/** The config of `http.request`. */
export const httpRequestConfig: JsonObject = configOf(
  {
    method: {
      title: "Method",
      description: "What to do there.",
      enum: ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"],
      default: "GET",
    },
    url: {
      title: "Address",
      description: "With http:// or https://.",
      type: "string",
      minLength: 1,
      "x-hint": "template",
    },
    query: {
      title: "Query",
      description: "Added to the address; a list repeats its name.",
      type: "object",
      "x-hint": "values",
    },
    headers: { title: "Headers", description: "Sent along.", type: "object", "x-hint": "values" },
    body: {
      title: "Body",
      description: "A text goes as it is, anything else as JSON (or as a form, when the content type says so).",
      "x-hint": "template",
    },
    auth: {
      title: "Sign-in",
      description: "Signs in with a secret of the workspace, without showing it.",
      ...configOf(
        {
          secret: {
            title: "Secret",
            description: "The name of the secret.",
            type: "string",
            minLength: 1,
            "x-hint": "secret",
          },
          scheme: {
            title: "How",
            description: "As a bearer token, as user:password, or in a header of its own.",
            enum: ["bearer", "basic", "header"],
            default: "bearer",
          },
          header: { title: "Header", description: "The name of that header; X-Api-Key when empty.", type: "string" },
        },
        ["secret"],
      ),
    },
    timeout: {
      title: "Time limit",
      description: "For the whole call, at most 2m; 15s when empty.",
      type: "string",
      format: "duration",
      "x-hint": "duration",
    },
    maxKilobytes: {
      title: "Largest answer (kB)",
      description: "JSON larger than this fails the step; a text is cut. 1,024 when empty, 10,240 at most.",
      type: "integer",
      minimum: 1,
      maximum: 10_240,
    },
    expect: {
      title: "Expected answer",
      description: "A JSON Schema the answer's body must match; the step fails when it does not.",
      type: "object",
    },
    acceptStatus: {
      title: "Accepted statuses",
      description: "Statuses that count as success, instead of 200 to 299.",
      type: "array",
      items: { type: "integer", minimum: 200, maximum: 599 },
      minItems: 1,
    },
  },
  ["url"],
);

/** What a call tells later steps. */
export const httpRequestOutput: JsonObject = outputOf({
  status: { title: "Status", type: "integer" },
  headers: { title: "Headers", description: "Those that carry no credentials.", type: "object" },
  body: { title: "Body", description: "Parsed when it is JSON, else text." },
  truncated: { title: "Cut at the largest answer", type: "boolean" },
});
