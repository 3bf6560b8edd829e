/** A signal that aborts with `outer` or after `ms`, whichever is first. `clear` must be called when the work is over. */
export type Deadline = { signal: AbortSignal; timedOut(): boolean; clear(): void };

/** Starts the clock. Held by a plain timer, so that it fires even while nothing else keeps it alive. */
export function deadline(outer: AbortSignal, ms: number): Deadline {
  const controller = new AbortController();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    controller.abort();
  }, ms);
  const stop = () => controller.abort();
  if (outer.aborted) stop();
  else outer.addEventListener("abort", stop, { once: true });
  return {
    signal: controller.signal,
    timedOut: () => timedOut,
    clear() {
      clearTimeout(timer);
      outer.removeEventListener("abort", stop);
    },
  };
}
