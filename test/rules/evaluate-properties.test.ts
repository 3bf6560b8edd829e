import { serialize } from "node:v8";
import { expect } from "chai";
import fc from "fast-check";
import { evaluate } from "../../src/rules/index.js";
import { now, types } from "./world.js";

type Leaf = { fact: "record"; path: "amount" | "name" | "tags"; operator: string; value: unknown };
type Node = Leaf | { all: Node[] } | { any: Node[] } | { not: Node };
type Deal = { amount: number | null; name: string | null; tags: string[] | null };

const word = fc.constantFrom("", "a", "b", "ab", "A");
const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  fc.record({
    fact: fc.constant("record" as const),
    path: fc.constant("amount" as const),
    operator: fc.constantFrom(
      "equal",
      "notEqual",
      "lessThan",
      "lessThanInclusive",
      "greaterThan",
      "greaterThanInclusive",
      "isEmpty",
    ),
    value: fc.integer({ min: -3, max: 3 }),
  }),
  fc.record({
    fact: fc.constant("record" as const),
    path: fc.constant("name" as const),
    operator: fc.constantFrom(
      "equal",
      "notEqual",
      "contains",
      "notContains",
      "startsWith",
      "endsWith",
      "isEmpty",
      "isNotEmpty",
    ),
    value: word,
  }),
  fc.record({
    fact: fc.constant("record" as const),
    path: fc.constant("tags" as const),
    operator: fc.constantFrom("hasAny", "hasAll", "hasNone", "isEmpty"),
    value: fc.array(word, { minLength: 1, maxLength: 2 }),
  }),
);
const { tree } = fc.letrec<{ tree: Node }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", maxDepth: 6 },
    leaf,
    fc.record({ all: fc.array(tie("tree"), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie("tree"), { maxLength: 3 }) }),
    fc.record({ not: tie("tree") }),
  ),
}));
const deal: fc.Arbitrary<Deal> = fc.record({
  amount: fc.option(fc.integer({ min: -3, max: 3 })),
  name: fc.option(word),
  tags: fc.option(fc.array(word, { maxLength: 3 })),
});

/** What the words of the specification say, written the obvious way. */
function expected(node: Node, record: Deal): boolean {
  if ("all" in node) return node.all.every((one) => expected(one, record));
  if ("any" in node) return node.any.length === 0 || node.any.some((one) => expected(one, record));
  if ("not" in node) return !expected(node.not, record);
  const left = record[node.path];
  const blank = left === null || left === "" || (Array.isArray(left) && left.length === 0);
  if (node.operator === "isEmpty") return blank;
  if (node.operator === "isNotEmpty") return !blank;
  return left !== null && compared(left, node.operator, node.value);
}

function compared(left: number | string | string[], operator: string, right: unknown): boolean {
  const list = right as string[];
  switch (operator) {
    case "equal":
      return left === right;
    case "notEqual":
      return left !== right;
    case "lessThan":
      return (left as number) < (right as number);
    case "lessThanInclusive":
      return (left as number) <= (right as number);
    case "greaterThan":
      return (left as number) > (right as number);
    case "greaterThanInclusive":
      return (left as number) >= (right as number);
    case "contains":
      return String(left).includes(String(right));
    case "notContains":
      return !String(left).includes(String(right));
    case "startsWith":
      return String(left).startsWith(String(right));
    case "endsWith":
      return String(left).endsWith(String(right));
    case "hasAny":
      return list.some((one) => (left as string[]).includes(one));
    case "hasAll":
      return list.every((one) => (left as string[]).includes(one));
    default:
      return !list.some((one) => (left as string[]).includes(one));
  }
}

describe("evaluate, for any tree and record", () => {
  it("agrees with the specification read naively", async () => {
    await fc.assert(
      fc.asyncProperty(tree, deal, async (conditions, record) => {
        const { result } = await evaluate(conditions as never, { record, now }, { types });
        expect(result).to.equal(expected(conditions, record));
      }),
      { numRuns: 500 },
    );
  });

  it("never throws and never changes facts, however hostile they are", async () => {
    const key = fc.constantFrom("amount", "name", "tags", "__proto__", "constructor", "toString", "$related", "a");
    const hostile = fc.object({
      key,
      maxDepth: 6,
      withBigInt: true,
      withDate: true,

      withMap: true,
    });
    await fc.assert(
      fc.asyncProperty(
        tree,
        hostile,
        fc.array(key, { minLength: 1, maxLength: 6 }),
        async (conditions, record, path) => {
          const before = serialize(record);
          const leaf = { fact: "record", path: path.join("."), operator: "equal", value: "x" };
          const result = await evaluate(
            { any: [conditions, leaf] } as never,
            { record: record as never, now },
            { types },
          );
          expect(result.result).to.be.a("boolean");
          expect(JSON.parse(JSON.stringify(result))).to.deep.equal(result);
          expect(serialize(record).equals(before)).to.equal(true);
          expect(({} as Record<string, unknown>)["x"]).to.equal(undefined);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("never throws for anything that is not a tree", async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (conditions) => {
        expect((await evaluate(conditions as never, { record: {} })).result).to.be.a("boolean");
      }),
      { numRuns: 300 },
    );
  });

  it("survives facts that throw when read", async () => {
    const record = Object.defineProperty({}, "amount", {
      enumerable: true,
      get: () => {
        throw new Error("no");
      },
    });
    const result = await evaluate({ not: { fact: "record", path: "amount", operator: "equal", value: 1 } }, { record });
    expect(result.result).to.equal(false);
  });
});
