import type { JsonObject } from "../shared/json.js";

/** How an automation is edited; both forms run the same way. */
export type Form = "list" | "graph";

/** What happens when a step fails, after its retries and when no `error` port is connected. */
export type ErrorPolicy = {
  policy: "stop" | "continue" | "retry";
  /** Tries in total, the first included. */
  attempts?: number;
  /** Durations (`30s`), see `shared/duration`. */
  delay?: string;
  factor?: number;
  maxDelay?: string;
  jitter?: boolean;
  on?: "all" | "transient";
  then?: "stop" | "continue";
};

/** One unit of a document. `next` maps a port to a step key or `"end"`; a list leaves it out. */
export type Step = {
  key: string;
  kind: string;
  name?: string;
  config: JsonObject;
  next?: Record<string, string>;
  onError?: ErrorPolicy;
  /**
   * For what reaches outside. `atLeastOnce` (unless told otherwise): after a crash it is repeated with the same key.
   * `atMostOnce`: it is not; a person is asked whether it happened.
   */
  delivery?: "atLeastOnce" | "atMostOnce";
  timeout?: string;
  note?: string;
  disabled?: boolean;
};

/** Which events a version listens for. The members beside these four belong to the kind (`fields`, `cron`, …). */
export type Trigger = {
  key: string;
  kind: string;
  when?: JsonObject;
  inputs?: Record<string, unknown>;
  [config: string]: unknown;
};

/** How often and how many at a time a record may enter. */
export type Enrollment = {
  reenter?: "always" | "once" | "afterFinish" | { per: "day" | "week" | "month" };
  concurrency?: "parallel" | "queue" | "drop" | "replace";
  exitWhen?: JsonObject;
  unless?: JsonObject;
  allowSelf?: number;
};

/** The JSON of one version: everything that decides what a run does. */
export type Document = {
  /** The record context; null is the global one. */
  object: string | null;
  triggers: Trigger[];
  conditions?: JsonObject;
  inputs?: JsonObject;
  variables?: JsonObject;
  steps: Step[];
  outputs?: JsonObject;
  onError?: ErrorPolicy;
  limits?: { runsPerMonth?: number; perMinute?: number };
  enrollment?: Enrollment;
  secrets?: string[];
  timezone?: string;
  timeout?: string;
  layout?: Record<string, { x: number; y: number }>;
};

/** One thing the validator has to say. `path` is dotted from the document's root; errors block publishing. */
export type DocumentProblem = {
  severity: "error" | "warning";
  path: string;
  step?: string;
  port?: string;
  message: string;
};
