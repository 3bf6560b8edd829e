import { isObject } from "../../shared/json.js";
import type { Given } from "../made.js";
import { roleOf } from "../names/roles.js";
import { isSwitchedOff, type Source, sourceOf } from "../source.js";
import { errorPolicyOf, timeoutOf } from "../steps/error-policy.js";
import type { Wire } from "../wiring/nodes.js";
import type { Known, Report } from "../work.js";

/** The actions in their order, and the agents that are asked before them. */
export function actionsOf(root: Source, known: Known, makeKey: (name: string) => string, report: Report): Given[] {
  const path = root.at("actions");
  const list = root.take("actions");
  const agentNames = ["agents", "automation_agents", "agent_links"];
  const agentsAt = root.at(...agentNames);
  const agents = [root.take(...agentNames) ?? []].flat();
  const asked = agents.map((agent: unknown, at) =>
    agentStep(sourceOf(isObject(agent) ? agent : { agent }, `${agentsAt}[${at}]`), makeKey, at),
  );
  const given = (Array.isArray(list) ? list : []).flatMap((one: unknown, at): Given[] => {
    if (isObject(one)) return [actionFrom(known, sourceOf(one, `${path}[${at}]`), makeKey, at, report)];
    report(`${path}[${at}]`, "This is no action.");
    return [];
  });
  return [...asked, ...given];
}

function agentStep(source: Source, makeKey: (name: string) => string, at: number): Given {
  const slug = source.text("id", "name") ?? `agent ${at + 1}`;
  return {
    path: source.path,
    slug,
    key: makeKey(slug),
    role: "agent",
    source,
    config: source,
    settings: source,
    action: "agent",
  };
}

/** What stands among actions and is more than one. */
const inLists = ["wait", "condition", "llm", "agent", "end"] as const;

function actionFrom(
  known: Known,
  source: Source,
  makeKey: (name: string) => string,
  at: number,
  report: Report,
): Given {
  const action = source.text("type", "action_type", "action", "kind") ?? "";
  const config = source.object("config", "configuration", "parameters", "params", "settings") ?? source;
  const slug = source.text("id", "key") ?? `${action} ${at + 1}`;
  const role = roleOf(known.objects, action);
  return {
    path: source.path,
    slug,
    key: makeKey(source.text("key") ?? (action || `action ${at + 1}`)),
    role: inLists.find((one) => one === role) ?? "action",
    source,
    config,
    settings: config,
    action,
    name: config === source ? undefined : source.text("name", "label", "title"),
    note: config === source ? undefined : source.text("description", "note"),
    onError: errorPolicyOf(source, report),
    disabled: config !== source && isSwitchedOff(source),
    timeout: config === source ? undefined : timeoutOf(source),
  };
}

/** Each leads to the next one. */
export function chainOf(givens: Given[]): Wire[] {
  return givens
    .slice(1)
    .map(({ slug, path }, at) => ({ from: givens[at]?.slug ?? "", port: onwardFrom(givens[at]), to: slug, path }));
}

/** In a list a condition is a gate. */
const onwardFrom = (given: Given | undefined) => (given?.role === "condition" ? "true" : "success");
