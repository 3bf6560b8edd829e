import { createHash } from "node:crypto";
import type { Walk } from "./walk.js";

/** As long as a key may be, here and for those who receive it. */
const LONGEST_KEY = 190;

/**
 * `run:step:iteration`: the same for every repetition of an effect, whatever the try. Deep in loops with long names a
 * digest stands for the last two.
 */
export function keyOf({ run }: Walk, { key, iteration }: { key: string; iteration: string }): string {
  const place = `${key}:${iteration}`;
  const whole = `${run.id}:${place}`;
  return whole.length <= LONGEST_KEY ? whole : `${run.id}:${createHash("sha256").update(place).digest("hex")}`;
}
