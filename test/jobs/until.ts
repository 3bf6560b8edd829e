/** Waits, in real time, until something is so; the milliseconds it took. */
export async function until(so: () => boolean | Promise<boolean>, timeoutMs = 15_000): Promise<number> {
  const start = performance.now();
  while (!(await so())) {
    if (performance.now() - start > timeoutMs) throw new Error("It did not come about in time.");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return performance.now() - start;
}
