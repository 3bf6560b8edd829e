import type { Cause, Host, RecordRow, Target } from "../crm/index.js";
import type { Tx } from "../db/index.js";
import type { Outside } from "../effects/index.js";
import type { Explanation, Facts, TypeOf } from "../rules/index.js";
import type { FieldError } from "../shared/errors.js";
import type { JsonObject } from "../shared/json.js";

/** One field a step wrote, kept so that a run can be undone. `before` is undefined for a record the step made. */
export type Write = { object: string; recordId: string; field: string | null; before: unknown; after: unknown };

/**
 * What a step waits for; `runs/` writes it down and wakes the run. `instant`: the clock. `items`: the body of a loop,
 * once an item. `answer`: somebody or something that shows the token, until `deadlineAt`, then the run leaves by `timeoutPort`.
 */
export type WaitFor =
  | {
      kind: "instant";
      at: number;
      output?: JsonObject;
      /** The related records as the instant was worked out by them; see `relatedStamp`. */
      related?: string | null;
    }
  | {
      kind: "items";
      items: unknown[];
      itemVariable: string | null;
      onItemError: "stop" | "continue" | "break";
      truncated: boolean;
    }
  | {
      kind: "answer";
      from: "approval" | "human_task" | "event" | "goal" | "children" | "host";
      deadlineAt: number;
      timeoutPort: string;
      details: JsonObject;
      /** Which events may answer: of this record (null: any), of this kind. */
      watch?: { object: string | null; recordId: string | null; eventKind: string | null };
    };

/** How an `end` step closes the whole run. Outputs replace those of the document. */
export type RunEnd = {
  status: "completed" | "failed" | "cancelled";
  message: string | null;
  outputs: JsonObject | null;
};

/** What one try at a step returned: a closed union, handled once, in `runs/advance-run.ts`. */
export type Outcome =
  | {
      type: "done";
      output?: JsonObject;
      port?: string;
      ports?: string[];
      conditions?: Explanation;
      variables?: JsonObject;
      end?: RunEnd;
    }
  | { type: "wait"; for: WaitFor }
  | {
      type: "fail";
      error: { code: string; message: string; details?: JsonObject };
      retryable: boolean;
      retryAfterMs?: number;
      /** Not tried again, whatever the policy. */
      final?: true;
      output?: JsonObject;
    }
  | { type: "skip"; reason: string };

/** Everything a step may read or use. Config arrives rendered; secrets are in it only for kinds that reach outside. */
export type StepContext = {
  workspaceId: string;
  /** `threadId`: the conversation its AI steps share with those of other runs; null: none. */
  run: { id: string; automationId: string; automationName: string; threadId: string | null };
  /** The step's key in its document. */
  stepKey: string;
  /** The run's record; null in the global context. */
  record: { object: string; id: string } | null;
  facts: Facts;
  /** The types the document declares for inputs and variables. */
  declared?: TypeOf;
  /** Milliseconds; frozen for the whole attempt. */
  now: number;
  timezone: string;
  /** The record model. Every write goes through its verbs with `cause`, in `tx` when there is one. */
  host: Host;
  cause: Cause;
  /** Given to kinds whose effect is `database`: the write commits with the step. */
  tx: Tx | undefined;
  /** Where writes are noted for undo; the record verbs push here through `noteWrites`. */
  writes: Write[];
  /** Mail, Slack, HTTP, AI behind the one gateway, already bound to this run, step and key. */
  outside: Outside;
  /** `run:step:iteration`, the same for every repetition of this effect. */
  idempotencyKey: string;
  /** Aborted at the step's timeout, when the run is cancelled or the lease is lost. */
  signal: AbortSignal;
  /** Reads a record once per batch (locked in `tx` when there is one); the run's own record is usually there already. */
  load(object: string, id: string): Promise<RecordRow | null>;
  /** Tells the batch what a record has become, so that `load` and the facts of later steps are never stale; null: gone. */
  keep(object: string, id: string, record: RecordRow | null): void;
  /**
   * What steps may do to the automations of the workspace, each named by id or exact name: 404 when there is none. It
   * happens at once and outside of `tx`; doing it again changes nothing. `cancelRuns` leaves this run alone.
   */
  automations: {
    pause(named: string): Promise<{ id: string; name: string }>;
    resume(named: string): Promise<{ id: string; name: string }>;
    cancelRuns(named: string, record: Target | null): Promise<{ id: string; name: string; cancelled: number }>;
  };
  /** Renders what a kind listed under `raw`, with the templates and names of this step; `loop` stands for an item of its own. */
  resolve(value: unknown, loop?: JsonObject): Promise<unknown>;
};

/**
 * A step kind. `config` is a JSON Schema that also drives the form (`title`, `description`, `x-hint`: `record`, `field`,
 * `values`, `conditions`, `template`, `secret`, `duration`, `user`, `list`, `object`, `markdown`).
 */
export type ActionKind = {
  kind: string;
  title: string;
  group: "Flow" | "Records" | "People" | "Outside" | "Host";
  /** A host brought it along, whatever its group: what its code returns is checked. Set when it is registered. */
  fromHost?: true;
  description: string;
  config: JsonObject;
  output: JsonObject;
  ports: readonly string[] | ((config: JsonObject) => string[]);
  /** Has ways out that only the graph form can connect. */
  graphOnly?: true;
  /** `none`: pure; `database`: writes our own records, commits with its step; `outside`: leaves the process. */
  effect: "none" | "database" | "outside";
  /** How long one try may take, in milliseconds, when the document does not say; half a minute when left out. */
  timeoutMs?: number;
  /** Members of the config handed over as written, not rendered. */
  raw?: readonly string[];
  /** The templates that stand in `raw` members after all, by member, for whoever asks which names a config uses. */
  operands?(config: JsonObject): JsonObject;
  /** What a schema cannot say about a config before anything is rendered. Paths are relative to the config. */
  check?(config: JsonObject): FieldError[];
  /** The fields a config writes, for loops and conflicts found before publishing: `deal.stage`. */
  writes?(config: JsonObject, object: string | null): string[];
  /** A sentence for lists and timelines: "create a task for the owner". */
  sentence(config: JsonObject): string;
  perform(config: JsonObject, step: StepContext): Promise<Outcome>;
  /** Stands in for `perform` in a simulation; a host's kind that reaches outside without `step.outside` must have it. */
  simulate?(config: JsonObject, step: StepContext): Promise<Outcome>;
};

/** The step did its work; it leaves by `port`, `success` unless told otherwise. */
export function done(output: JsonObject, port?: string): Outcome {
  return port === undefined ? { type: "done", output } : { type: "done", output, port };
}

/** The step could not do its work, and trying again would not help. */
export function failed(code: string, message: string, details?: JsonObject): Outcome {
  return { type: "fail", error: details ? { code, message, details } : { code, message }, retryable: false };
}
