import { type JobNotification, type NotificationChannel, toJobId } from "agenda";
import { expect } from "chai";
import type { Current } from "./subject.js";

const notice: JobNotification = {
  jobId: toJobId("1"),
  jobName: "bell",
  nextRunAt: new Date("2026-03-02T09:00:00.000Z"),
  priority: 42,
  timestamp: new Date("2026-03-02T08:00:00.000Z"),
  source: "test",
};

/** What the notification channel promises within a process. */
export function notifying(current: Current): void {
  const channel = (): NotificationChannel => {
    const { notificationChannel } = current().backend;
    if (!notificationChannel) throw new Error("This backend has no notifications.");
    return notificationChannel;
  };
  afterEach(() => channel().disconnect());

  it("tells every subscriber until it leaves", async () => {
    await channel().connect();
    const heard: [string, JobNotification][] = [];
    const leave = channel().subscribe((said) => void heard.push(["first", said]));
    channel().subscribe((said) => void heard.push(["second", said]));
    await channel().publish(notice);
    leave();
    await channel().publish({ ...notice, nextRunAt: null });
    expect(heard).to.deep.equal([
      ["first", notice],
      ["second", notice],
      ["second", { ...notice, nextRunAt: null }],
    ]);
  });

  it("tells of states", async () => {
    await channel().connect();
    const heard: unknown[] = [];
    const state = { type: "success" as const, jobId: toJobId("1"), jobName: "bell", timestamp: new Date() };
    channel().subscribeState?.((said) => void heard.push(said));
    await channel().publishState?.(state);
    expect(heard).to.deep.equal([state]);
  });

  it("says whether it is connected and refuses to publish when it is not", async () => {
    const seen: string[] = [channel().state];
    channel().on("stateChange", (state) => seen.push(state));
    await channel().connect();
    await channel().disconnect();
    expect(seen).to.deep.equal(["disconnected", "connected", "disconnected"]);
    const refusal = await channel()
      .publish(notice)
      .catch((error: Error) => error.message);
    expect(refusal).to.match(/not connected/);
  });
}
