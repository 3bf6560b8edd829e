import { breaksTransaction, isTrouble } from "../db/index.js";
import { type RecordedEffect, redactNamed } from "../effects/index.js";
import type { FieldError } from "../shared/errors.js";
import type { JsonObject } from "../shared/json.js";
import { didYouMean } from "../shared/nearest.js";
import { createScope, resolveGuarded, type Scope, type ScopeParts, secretMisuses } from "../templates/index.js";
import { type ActionKind, failed, type Outcome, type StepContext } from "./action.js";
import { conform } from "./config-schema.js";
import { failureOf } from "./failure.js";
import { hostOutcome } from "./host-outcome.js";
import type { ActionRoom } from "./room.js";
import { maySendSecrets, secretNames } from "./secret-names.js";
import { withinTime } from "./within-time.js";

/** One try at one step. With `recorded` it is a simulation: what would leave the process is pushed there instead. */
export type StepCall = {
  kind: string;
  /** As written in the document. */
  config: JsonObject;
  /** The names templates may use; secrets join here, for kinds that reach outside. */
  scope: ScopeParts;
  step: Omit<StepContext, "outside" | "resolve">;
  timeoutMs: number;
  recorded?: RecordedEffect[];
};

/** What a try came to, and the config it ran with: rendered, with secrets redacted, as the log keeps it. */
export type Performed = { outcome: Outcome; input: JsonObject };

/**
 * Carries out one try at a step: renders its config, checks it, and does it within its time. Whatever goes wrong is a
 * `fail` outcome. Thrown on is only what says nothing about the step: our own database is not well, or has ended the
 * caller's transaction as a whole.
 */
export async function performStep(room: ActionRoom, call: StepCall): Promise<Performed> {
  const action = room.actions.get(call.kind);
  if (!action) {
    const message = `There is no step kind "${call.kind}".${didYouMean(call.kind, [...room.actions.keys()])}`;
    return { outcome: failed("unknown_kind", message), input: call.config };
  }
  const reaches = maySendSecrets(action);
  let secrets: Record<string, string> = {};
  let input = call.config;
  let outcome: Outcome;
  const before = call.recorded?.length ?? 0;
  try {
    const [misuse] = reaches ? secretMisuses(call.config, "config") : [];
    if (misuse) return { outcome: failed("secret_misused", `${misuse.path}: ${misuse.message}`), input };
    secrets = reaches ? await secretsFor(room, action, call) : {};
    const scope = createScope({ timezone: call.step.timezone, ...call.scope, ...(reaches && { secrets }) });
    input = await render(action, call.config, scope);
    const { config, errors } = conform(action.config, input);
    input = config;
    outcome = errors.length > 0 ? refusal(errors) : await carryOut(room, action, config, call, scope);
  } catch (error) {
    if (isTrouble(error) || (call.step.tx && breaksTransaction(error))) throw error;
    outcome = failureOf(error);
  }
  if (action.effect !== "outside") return { outcome, input };
  const told = <T>(value: T): T => redactNamed(room.effects.redact(value, secrets));
  call.recorded?.splice(before, Number.POSITIVE_INFINITY, ...told(call.recorded.slice(before)));
  return { outcome: room.effects.redact(outcome, secrets), input: told(input) };
}

/** Secrets are decrypted for kinds that reach outside only, and only those the config names. */
async function secretsFor(room: ActionRoom, action: ActionKind, call: StepCall): Promise<Record<string, string>> {
  const names = secretNames(call.config, action.config);
  if (names.length === 0) return {};
  const values = await room.effects.secretValues(call.step.workspaceId, names);
  // A simulation sends nothing, so that it needs to know no more of a secret than that it is there.
  return call.recorded ? Object.fromEntries(names.map((name) => [name, `[secret ${name}]`])) : values;
}

async function render({ raw }: ActionKind, config: JsonObject, scope: Scope): Promise<JsonObject> {
  if (!raw) return (await resolveGuarded(config, scope)) as JsonObject;
  const rest = Object.entries(config).filter(([member]) => !raw.includes(member));
  const rendered = (await resolveGuarded(Object.fromEntries(rest), scope)) as JsonObject;
  const asWritten = Object.entries(config).filter(([member]) => raw.includes(member));
  return { ...rendered, ...structuredClone(Object.fromEntries(asWritten)) };
}

function refusal(errors: FieldError[]): Outcome {
  const placed = errors.map(({ path, message }) => ({ path: path ? `config.${path}` : "config", message }));
  return failed("invalid_config", `${placed[0]?.path}: ${placed[0]?.message}`, { errors: placed });
}

async function carryOut(
  room: ActionRoom,
  action: ActionKind,
  config: JsonObject,
  call: StepCall,
  scope: Scope,
): Promise<Outcome> {
  const { step, recorded } = call;
  if (action.effect === "database" && !step.tx)
    throw new Error(`"${action.kind}" writes records and needs a transaction.`);
  const perform = (recorded && action.simulate) || action.perform;
  return withinTime(step.signal, call.timeoutMs, step.tx !== undefined, async (signal) => {
    const { workspaceId, run, stepKey, idempotencyKey } = step;
    const outside = room.effects.bind({
      workspaceId,
      runId: run.id,
      stepKey,
      idempotencyKey,
      signal,
      ...(recorded && { record: recorded }),
    });
    const resolve = (value: unknown, loop?: JsonObject) =>
      resolveGuarded(value, loop ? createScope({ timezone: step.timezone, ...call.scope, loop }) : scope);
    return hostOutcome(action, config, await perform.call(action, config, { ...step, signal, outside, resolve }));
  });
}
