/** A step that waits for runs it started: its wait, whose row is locked until the transaction ends. */
export type ChildrenWait = { runId: string; token: string; details: ChildrenDetails };

/** How children are started; kept with the wait. `automationId` is null when there was no such automation. */
export type ChildrenDetails = {
  automation: string;
  automationId: string | null;
  of: "one" | "each";
  wait: boolean;
  concurrency: number;
  onItemError: "stop" | "continue";
  truncated: boolean;
  total: number;
};
