import { createHash } from "node:crypto";
import { isObject, type JsonObject } from "../../shared/json.js";
import { type ActionKind, done, failed } from "../action.js";
import { configOf, outputOf } from "../schema-parts.js";
import { portKeyFaults } from "./port-keys.js";

/** Sends runs down branches by weight; the same record always goes the same way. */
export const splitTest: ActionKind = {
  kind: "split",
  title: "Split test",
  group: "Flow",
  description: "Sends runs down its branches in proportion to their weights. A record goes the same way each time.",
  config: configOf(
    {
      branches: {
        title: "Branches",
        type: "array",
        minItems: 2,
        maxItems: 20,
        items: configOf(
          {
            key: { title: "Key", type: "string", pattern: "^[a-z][a-z0-9_]{0,63}$" },
            weight: { title: "Weight", type: "number", minimum: 0 },
          },
          ["key", "weight"],
        ),
      },
    },
    ["branches"],
  ),
  output: outputOf({ branch: { type: "string", title: "The branch taken" } }),
  ports: (config) => branchesOf(config).map((branch) => String(branch["key"])),
  graphOnly: true,
  effect: "none",
  check: ({ branches }) => portKeyFaults("branches", branches),
  sentence: (config) =>
    `split by weight among ${
      branchesOf(config)
        .map((branch) => String(branch["key"]))
        .join(", ") || "branches"
    }`,
  async perform(config, step) {
    const branches = branchesOf(config).map((branch) => ({
      key: String(branch["key"]),
      weight: Number(branch["weight"]),
    }));
    const total = sumOf(branches);
    if (total <= 0) return failed("no_weight", "The weights of a split must add up to more than 0.");
    const who = step.record ? `${step.record.object}:${step.record.id}` : step.run.id;
    const point = shareOf(`${step.run.automationId}/${step.stepKey}/${who}`) * total;
    const taken = branches.find((_, at) => point < sumOf(branches.slice(0, at + 1))) ?? branches[0];
    return done({ branch: taken?.key ?? "" }, taken?.key ?? "");
  },
};

function sumOf(branches: { weight: number }[]): number {
  return branches.reduce((sum, { weight }) => sum + weight, 0);
}

/** A number in [0, 1) that depends on the text alone. */
function shareOf(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0) / 2 ** 32;
}

function branchesOf(config: JsonObject): JsonObject[] {
  return Array.isArray(config["branches"]) ? config["branches"].filter(isObject) : [];
}
