import fc from "fast-check";
import type { ChainKinds, Document, PortsOf, Step } from "../../src/graph/index.js";

/** The ports of the kinds these tests use, as the step kinds themselves give them. */
const ports: Record<string, string[]> = {
  condition: ["true", "false", "error"],
  parallel: ["a", "b", "c", "error"],
  join: ["success", "timeout", "error"],
  loop: ["next", "done", "error"],
  approval: ["approved", "rejected", "timeout", "error"],
  goal: ["met", "unmet", "error"],
  end: [],
  mail: ["success", "error"],
};

/** Unknown kinds have no ports that anybody knows of. */
export const portsOf: PortsOf = ({ kind }) => ports[kind];

/** The same with which of them a list cannot hold. */
export const kinds: ChainKinds = { portsOf, graphOnly: ({ kind }) => ["loop", "parallel", "join"].includes(kind) };

/** `a mail success:b,error:end` as a step. */
export function step(text: string): Step {
  const [key = "", kind = "mail", wires = ""] = text.split(" ");
  const next = Object.fromEntries(
    wires
      .split(",")
      .filter(Boolean)
      .map((wire) => wire.split(":") as [string, string]),
  );
  return { key, kind, config: {}, ...(wires ? { next } : {}) };
}

/** A document of such steps about deals. */
export function graph(...steps: (string | Step)[]): Document {
  return { object: "deal", triggers: [], steps: steps.map((one) => (typeof one === "string" ? step(one) : one)) };
}

const allKinds = [...Object.keys(ports), "unknown"];
const keyAt = (place: number) => `s${place}`;

/** Graphs wired in every way a document can be, most of them nonsense. */
export const anyGraph: fc.Arbitrary<Document> = fc.integer({ min: 0, max: 25 }).chain((size) => {
  const key = fc.integer({ min: 0, max: size + 1 }).map(keyAt);
  const target = fc.oneof(
    { weight: 8, arbitrary: key },
    { weight: 1, arbitrary: fc.constantFrom("end", "__proto__", "") },
  );
  const port = fc.constantFrom("success", "error", "true", "false", "next", "done", "a", "b", "toString", "timeout");
  const one = fc.record({
    kind: fc.constantFrom(...allKinds),
    next: fc.option(fc.dictionary(port, target, { maxKeys: 4 }), { nil: undefined }),
    disabled: fc.option(fc.boolean(), { nil: undefined }),
    config: fc.constantFrom({}, { timeout: "1h" }, { mode: "count", count: 3 }),
  });
  return fc.tuple(fc.array(one, { minLength: size, maxLength: size }), fc.boolean()).map(([parts, repeated]) => ({
    object: "deal",
    triggers: [],
    steps: parts.map(({ kind, next, disabled, config }, place) => ({
      key: keyAt(repeated && place === 3 ? 1 : place),
      kind,
      config,
      ...(next ? { next } : {}),
      ...(disabled === undefined ? {} : { disabled }),
    })),
  }));
});

/** Lists of steps that a list can hold, some switched off, some behind an `end`. */
export const anyList: fc.Arbitrary<Document> = fc
  .array(
    fc.record({ kind: fc.constantFrom("mail", "condition", "approval", "end", "unknown"), disabled: fc.boolean() }),
    { maxLength: 12 },
  )
  .map((parts) => ({
    object: null,
    triggers: [],
    steps: parts.map(({ kind, disabled }, place) => ({
      key: keyAt(place),
      kind,
      config: {},
      ...(disabled ? { disabled } : {}),
    })),
  }));
