import { breaksTransaction } from "../db/index.js";
import { failed, type Outcome } from "./action.js";

/**
 * Gives `work` a signal that is aborted after `timeoutMs`, or when `outer` is, and answers with its outcome, or with a
 * retryable `timeout` or `aborted`. Work in a transaction is awaited to its end all the same: left alone it would go on
 * writing into a transaction that others have gone on with.
 */
export async function withinTime(
  outer: AbortSignal,
  timeoutMs: number,
  inTransaction: boolean,
  work: (signal: AbortSignal) => Promise<Outcome>,
): Promise<Outcome> {
  const stop = new AbortController();
  let late: Outcome | undefined;
  const cut = (code: string, message: string) => () => {
    late ??= { ...failed(code, message), retryable: true } as Outcome;
    stop.abort(new DOMException(message, code === "timeout" ? "TimeoutError" : "AbortError"));
  };
  const aborted = cut("aborted", "The step was stopped: its run was cancelled, or its worker is going.");
  const timer = setTimeout(cut("timeout", `The step took longer than ${timeoutMs} ms.`), timeoutMs);
  outer.addEventListener("abort", aborted, { once: true });
  if (outer.aborted) aborted();
  try {
    if (late) return late;
    const outcome = inTransaction ? await work(stop.signal) : await firstOf(work(stop.signal), stop.signal);
    return late ?? outcome;
  } catch (error) {
    if (late && !(inTransaction && breaksTransaction(error))) return late;
    throw error;
  } finally {
    clearTimeout(timer);
    outer.removeEventListener("abort", aborted);
  }
}

/** The work's outcome, or a throw as soon as the signal is aborted; a later failure of the work is nobody's any more. */
function firstOf(work: Promise<Outcome>, signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const stopped = () => reject(signal.reason);
    if (signal.aborted) stopped();
    else signal.addEventListener("abort", stopped, { once: true });
    work.then(resolve, reject);
  });
}
