/** Several repetitions of one figure. */
export type Figure = { name: string; unit: string; values: number[] };

/** The middle value; of an even number the lower of the two. */
export function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

/** The value below which `share` of all lie. */
export function percentile(values: number[], share: number): number {
  return (
    [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN
  );
}

/** `412 (398–420)`: the median, with the least and the greatest. */
export function figureText({ values }: Figure): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const round = (value: number) =>
    value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(value >= 10 ? 1 : 2);
  return values.length === 1 ? round(most) : `${round(median(values))} (${round(least)}–${round(most)})`;
}

/** Waits until `done` says so, asking every few milliseconds. Throws after `patienceMs`. */
export async function until(done: () => Promise<boolean>, patienceMs = 120_000, everyMs = 5): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error("It took too long; the figure is not measured.");
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
