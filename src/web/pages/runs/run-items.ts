import type { StepLine } from "../../../runs/index.js";

/** One item of a loop: how its steps stand, counted over everything inside it. */
export type LoopItem = {
  index: number;
  iteration: string;
  status: "failed" | "waiting" | "running" | "success";
  /** What went wrong first. */
  error: string | null;
};

/** The items of every loop of a log, by the loop's path: `orders`, or `orders[3]/lines` for one inside an item. Pure. */
export function loopItems(lines: StepLine[]): Map<string, LoopItem[]> {
  const last = new Map<string, StepLine>();
  for (const line of lines) if (line.iteration !== "") last.set(`${line.iteration}\n${line.key}`, line);
  const loops = new Map<string, Map<number, LoopItem>>();
  for (const line of last.values()) {
    for (const { loop, index, iteration } of around(line.iteration)) {
      const items = loops.get(loop) ?? new Map<number, LoopItem>();
      loops.set(loop, items);
      items.set(index, withLine(items.get(index), line, index, iteration));
    }
  }
  return new Map([...loops].map(([loop, items]) => [loop, [...items.values()].sort((a, b) => a.index - b.index)]));
}

/** Every item an iteration lies in, the outermost first: of `orders[3]/lines[0]` these are `orders[3]` and itself. */
function around(iteration: string): { loop: string; index: number; iteration: string }[] {
  const parts = iteration.split("/");
  return parts.flatMap((part, at) => {
    const [, key, index] = /^(.+)\[(\d+)\]$/.exec(part) ?? [];
    if (key === undefined) return [];
    const outer = parts.slice(0, at).join("/");
    return [
      { loop: `${outer}${outer ? "/" : ""}${key}`, index: Number(index), iteration: parts.slice(0, at + 1).join("/") },
    ];
  });
}

const weight = { success: 0, running: 1, waiting: 2, failed: 3 };

function withLine(item: LoopItem | undefined, line: StepLine, index: number, iteration: string): LoopItem {
  const status = statusOf(line.status);
  const error = line.status === "failed" ? (line.error?.message ?? null) : null;
  if (!item) return { index, iteration, status, error };
  const worse = weight[status] > weight[item.status];
  return { index, iteration, status: worse ? status : item.status, error: item.error ?? error };
}

function statusOf(status: string): LoopItem["status"] {
  if (status === "failed" || status === "running") return status;
  return status === "waiting" || status === "retrying" ? "waiting" : "success";
}
