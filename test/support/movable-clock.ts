import type { Clock } from "../../src/shared/clock.js";
import { addDuration } from "../../src/shared/duration.js";

/** A clock that stands still until it is moved. It starts on a Monday morning, 2026-03-02T09:00:00Z. */
export class MovableClock implements Clock {
  private instant = Date.parse("2026-03-02T09:00:00.000Z");

  now(): number {
    return this.instant;
  }

  /** Moves on by a duration (`3d`), calendar-wise in UTC. */
  forward(duration: string): void {
    this.instant = addDuration(this.instant, duration);
  }

  /** Jumps to an ISO instant, backwards too. */
  set(isoInstant: string): void {
    this.instant = Date.parse(isoInstant);
  }
}
