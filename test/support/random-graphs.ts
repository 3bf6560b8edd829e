import fc from "fast-check";
import type { Document, ErrorPolicy, Step } from "../../src/graph/index.js";

/** A piece of a graph before it is wired: leaves do something, the others hold pieces of their own. */
export type Piece =
  | { do: "set" | "calculate" | "update" | "note" | "task" | "call" | "peek"; off: boolean }
  | { do: "wait"; off: boolean }
  | { do: "fail"; at: number; then: "stop" | "continue" | "mend"; mend: Piece[] }
  | { do: "end"; status: "completed" | "failed" | "cancelled" }
  | {
      do: "choose";
      by: "condition" | "switch" | "split";
      amounts: number[];
      ways: Piece[][];
      join: boolean;
      off: boolean;
    }
  | { do: "parallel"; ways: Piece[][]; join: "all" | "any" | "count" | "none"; timeout: boolean; late: Piece[] }
  | {
      do: "loop";
      items: number;
      onItemError: "stop" | "continue" | "break";
      error: boolean;
      body: Piece[];
      off: boolean;
    };

const off = fc.nat(9).map((n) => n === 0);
const leaf: fc.Arbitrary<Piece> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constantFrom("set", "calculate", "update", "note", "task", "call", "peek"), off }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), off }) },
);

const { pieces } = fc.letrec<{ piece: Piece; pieces: Piece[] }>((tie) => {
  const inner = tie("pieces");
  const failing = fc.record({
    do: fc.constant("fail" as const),
    at: fc.nat(2),
    then: fc.constantFrom("stop" as const, "continue" as const, "mend" as const),
    mend: inner,
  });
  const ending = fc.record({
    do: fc.constant("end" as const),
    status: fc.constantFrom("completed" as const, "failed" as const, "cancelled" as const),
  });
  const choosing = fc.record({
    do: fc.constant("choose" as const),
    by: fc.constantFrom("condition" as const, "switch" as const, "split" as const),
    amounts: fc.array(fc.nat(9), { minLength: 3, maxLength: 3 }),
    ways: fc.array(inner, { minLength: 2, maxLength: 3 }),
    join: fc.boolean(),
    off,
  });
  const forking = fc.record({
    do: fc.constant("parallel" as const),
    ways: fc.array(inner, { minLength: 2, maxLength: 3 }),
    join: fc.constantFrom("all" as const, "all" as const, "any" as const, "count" as const, "none" as const),
    timeout: fc.boolean(),
    late: inner,
  });
  const looping = fc.record({
    do: fc.constant("loop" as const),
    items: fc.nat(3),
    onItemError: fc.constantFrom("stop" as const, "continue" as const, "break" as const),
    error: fc.boolean(),
    body: inner,
    off,
  });
  return {
    piece: fc.oneof(
      { maxDepth: 3, depthIdentifier: "graph", withCrossShrink: true },
      { weight: 8, arbitrary: leaf },
      { weight: 2, arbitrary: failing },
      { weight: 1, arbitrary: ending },
      { weight: 3, arbitrary: choosing },
      { weight: 3, arbitrary: forking },
      { weight: 3, arbitrary: looping },
    ),
    pieces: fc.array(tie("piece"), { maxLength: 4, depthIdentifier: "graph", size: "max" }) as fc.Arbitrary<Piece[]>,
  };
});

/** Pieces of which a graph that can be published is made by `wire`. */
export const anyPieces: fc.Arbitrary<Piece[]> = pieces;

/** What is around a piece: the loops, innermost last, and how many parallel branches lie between it and each of them. */
type Around = { loops: { catches: boolean; forks: number }[]; forks: number };

/** What is to happen when a call fails. */
const policies: [ErrorPolicy, ...ErrorPolicy[]] = [
  { policy: "retry", attempts: 2, delay: "1m", then: "continue" },
  { policy: "stop" },
  { policy: "continue" },
];

/** Fields of a deal that the updates of one graph write, one each. */
export const fields = Array.from({ length: 8 }, (_, n) => `x${n}`);

/**
 * Wires pieces to a document. What depends on the order in which parallel branches happen to run is left out unless
 * `races` asks for it: ends of the whole run beside other branches, failures that take other branches along, calls that
 * fail.
 */
export function wire(pieces: Piece[], races = false): Document {
  const steps: Step[] = [];
  const variables: Record<string, unknown> = { zero: 0 };
  let count = 0;
  let written = 0;
  let waits = 0;
  let timeouts = 0;
  const peeking = new Set<string>();

  const add = (
    key: string,
    kind: string,
    config: Step["config"],
    next: Record<string, string>,
    more: { off?: boolean; onError?: ErrorPolicy } = {},
  ) => {
    const { off, onError } = more;
    steps.push({ key, kind, config, next, ...(onError ? { onError } : {}), ...(off ? { disabled: true } : {}) });
    return key;
  };
  const newKey = () => `s${count++}`;

  /** Wires a sequence from its end, so that each piece knows where it leads; returns where the sequence begins. */
  const sequence = (all: Piece[], exit: string, around: Around): string => {
    let to = exit;
    for (const [at, piece] of [...all.entries()].reverse())
      to = wired(piece, to, all.slice(0, at).some(isLoose) ? { ...around, forks: around.forks + 1 } : around);
    return to;
  };

  const wired = (piece: Piece, to: string, around: Around): string => {
    const inLoop = around.loops.length > 0;
    const item = inLoop ? "{{ loop.item }}.{{ loop.index }};" : "{{ record.amount }};";
    switch (piece.do) {
      case "set": {
        const key = newKey();
        variables[`v_${key}`] = "";
        return add(
          key,
          "set_variables",
          { values: { [`v_${key}`]: `{{ vars.v_${key} }}${item}` } },
          { success: to },
          piece,
        );
      }
      case "calculate": {
        const key = newKey();
        variables[`v_${key}`] = 0;
        const expression = `vars.v_${key} + record.amount * ${inLoop ? "(loop.index + 2)" : "3"}`;
        return add(key, "calculate", { expression, as: `v_${key}` }, { success: to }, piece);
      }
      case "update": {
        const field = fields[written++];
        const values = field ? { [field]: inLoop ? "{{ loop.index | plus: 1 }}" : "{{ record.amount }}" } : {};
        return field ? add(newKey(), "record.update", { values }, { success: to }, piece) : to;
      }
      case "note":
        return add(newKey(), "note.create", { body: `note ${item}` }, { success: to }, piece);
      case "task":
        return add(newKey(), "task.create", { title: `task ${item}` }, { success: to }, piece);
      case "call":
        return add(
          newKey(),
          "http.request",
          { method: "POST", url: races ? "http://unsure.test/" : "http://erp.test/", body: { item } },
          { success: to },
          races ? { ...piece, onError: policies[count % policies.length] ?? policies[0] } : piece,
        );
      case "peek": {
        const key = newKey();
        variables[`v_${key}`] = "";
        peeking.add(key);
        return add(key, "set_variables", {}, { success: to }, piece);
      }
      case "wait":
        return add(newKey(), "wait", { for: `${24 * (1 + (waits++ % 3))}h` }, { success: to }, piece);
      case "fail": {
        const key = newKey();
        const caught = around.loops.findLast((loop) => loop.catches);
        const forks = around.forks - (caught?.forks ?? 0);
        const then = piece.then === "stop" && forks > 0 && !races ? "continue" : piece.then;
        const expression = inLoop ? `1 / (loop.index - ${piece.at})` : "1 / vars.zero";
        const next: Record<string, string> = { success: to };
        if (then === "mend") next["error"] = sequence(piece.mend, to, around);
        return add(key, "calculate", { expression }, next, then === "mend" ? {} : { onError: { policy: then } });
      }
      case "end":
        if (around.forks > 0 && !races) return to;
        return add(newKey(), "end", { status: piece.status, message: "It ends here." }, {});
      case "choose": {
        const exit = piece.join ? add(newKey(), "join", { mode: "all" }, { success: to }) : to;
        const ways = piece.ways.map((way) => sequence(way, exit, around));
        const when = (amount = 0) => ({
          all: [{ fact: "record", path: "amount", operator: "greaterThan", value: amount }],
        });
        if (piece.by === "condition")
          return add(
            newKey(),
            "condition",
            { when: when(piece.amounts[0]) },
            { true: ways[0] ?? exit, false: ways[1] ?? exit },
            piece,
          );
        const keys = ways.map((_, n) => `w${n}`);
        const next = Object.fromEntries(keys.map((key, n) => [key, ways[n] ?? exit]));
        if (piece.by === "switch")
          return add(
            newKey(),
            "switch",
            { cases: keys.map((key, n) => ({ key, when: when(piece.amounts[n]) })) },
            { ...next, default: exit },
            piece,
          );
        return add(
          newKey(),
          "split",
          // All the weight on one branch: shares go by the record, and each way of running has a record of its own.
          { branches: keys.map((key, n) => ({ key, weight: Number(n === (piece.amounts[0] ?? 0) % keys.length) })) },
          next,
          piece,
        );
      }
      case "parallel": {
        const inside = { ...around, forks: around.forks + 1 };
        let exit = to;
        // What follows runs when the first branch gets there, and sees nothing of the others.
        if (piece.join === "none") exit = add(newKey(), "set_variables", { values: { zero: 0 } }, { success: to });
        else {
          const timed = piece.timeout && timeouts < 7;
          const config = {
            mode: piece.join,
            ...(piece.join === "count" ? { count: 2 } : {}),
            ...(timed ? { timeout: `${10 * 2 ** timeouts++}m` } : {}),
          };
          exit = add(newKey(), "join", config, {
            success: to,
            ...(timed ? { timeout: sequence(piece.late, to, inside) } : {}),
          });
        }
        const branches = piece.ways.map((way, n) => ({ key: `b${n}`, to: sequence(way, exit, inside) }));
        return add(
          newKey(),
          "parallel",
          { branches: branches.map(({ key }) => ({ key })) },
          Object.fromEntries(branches.map(({ key, to: target }) => [key, target])),
        );
      }
      case "loop": {
        const key = newKey();
        const catches = piece.onItemError !== "stop" || piece.error;
        const loops = [...around.loops, { catches, forks: around.forks }];
        const body = sequence(piece.body, key, { ...around, loops });
        const items = Array.from({ length: piece.items }, (_, n) => `${key}${n}`);
        return add(
          key,
          "loop",
          { items, itemVariable: "one", onItemError: piece.onItemError },
          { next: body, done: to, ...(piece.error ? { error: to } : {}) },
          piece,
        );
      }
    }
  };

  const first = sequence([{ do: "set", off: false }, ...pieces], "end", { loops: [], forks: 0 });
  lookBack(steps, peeking);
  const outputs = Object.fromEntries(Object.keys(variables).map((name) => [name, `{{ vars.${name} }}`]));
  return { object: "deal", triggers: [], variables, steps: reachable(steps, first), outputs };
}

/** Whether some branch may still be under way when what follows the piece begins. A loop waits for all of its body. */
function isLoose(piece: Piece): boolean {
  if (piece.do === "parallel")
    return piece.join !== "all" || piece.timeout || [...piece.ways, piece.late].flat().some(isLoose);
  if (piece.do === "choose") return piece.ways.flat().some(isLoose);
  return piece.do === "fail" && piece.mend.some(isLoose);
}

/** Gives every peeking step the template that shows what the steps that lead to it came to. */
function lookBack(steps: Step[], peeking: Set<string>): void {
  for (const step of steps.filter(({ key }) => peeking.has(key))) {
    const seen = steps.filter(
      (one) => !["parallel", "join"].includes(one.kind) && Object.values(one.next ?? {}).includes(step.key),
    );
    const shown = seen.flatMap((one) =>
      (/[.]|wait/.test(one.kind) ? ["port", "error"] : ["port", "output", "error"]).map(
        (path) => `{{ steps.${one.key}.${path} | default: '-' | json }}`,
      ),
    );
    step.config = { values: { [`v_${step.key}`]: shown.join(" ") || "none" } };
  }
}

/** The steps some path leads to, the first one first. */
function reachable(steps: Step[], first: string): Step[] {
  const byKey = new Map(steps.map((step) => [step.key, step]));
  const reached = new Set([first]);
  for (const key of reached) {
    for (const to of Object.values(byKey.get(key)?.next ?? {})) if (byKey.has(to)) reached.add(to);
  }
  return [...reached].flatMap((key) => byKey.get(key) ?? []);
}

/** The log of a run, as far as it tells the way. */
export type Steps = {
  key: string;
  iteration: string;
  status: string;
  port: string | null;
  error: { code: string } | null;
}[];

/** What was done, where: in no order, since branches have none. Tries that were repeated are left out. */
export function pathOf(steps: Steps): string[] {
  return steps
    .filter(({ status }) => status !== "retrying")
    .map(({ key, iteration, status, port, error }) => `${key}@${iteration} ${status} ${port} ${error?.code}`)
    .sort();
}
