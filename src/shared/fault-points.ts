/** The places where a crash would hurt most, between two things that must both happen or neither. */
type FaultPoint =
  | "relayed" // runs are stored and claimed, none is advanced
  | "claimed" // due runs are claimed, none is advanced
  | "announced" // a step is stored as running, its call has not gone out
  | "called" // the call has gone out, its result is not stored
  | "changing" // a record is written, its transaction is open
  | "saving" // a run's last step is written, its end is not
  | "publishing"; // a version is frozen, the automation does not point to it yet

let armed = armedBy(process.env);

/**
 * A place where tests make this process die: with NODE_ENV=test and MILLRACE_FAULT=called:2 it kills itself, without a
 * last word, when it gets to `called` the second time. Anywhere else it does nothing.
 */
export function faultPoint(name: FaultPoint): void {
  if (armed?.name !== name || --armed.left > 0) return;
  armed = undefined;
  process.kill(process.pid, "SIGKILL");
}

function armedBy(env: Record<string, string | undefined>): { name: string; left: number } | undefined {
  const [name = "", count = "1"] = (env["NODE_ENV"] === "test" && env["MILLRACE_FAULT"]?.split(":")) || [];
  return name ? { name, left: Number(count) } : undefined;
}
