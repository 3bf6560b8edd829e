import { expect } from "chai";
import { retryAfterMs } from "../../../src/effects/http/retry-after.js";

const now = Date.parse("2026-03-02T09:00:00Z");

describe("Retry-After", () => {
  for (const [header, wait] of [
    ["120", 120_000],
    ["0", 0],
    ["86400", 3_600_000],
    ["Mon, 02 Mar 2026 09:05:00 GMT", 300_000],
    ["Monday, 02-Mar-26 09:05:00 GMT", 300_000],
    ["Mon, 02 Mar 2026 08:00:00 GMT", 0],
    ["Tue, 03 Mar 2026 09:00:00 GMT", 3_600_000],
    ["soon", undefined],
    ["-5", undefined],
    ["1.5", undefined],
    ["2026-03-02", undefined],
    ["", undefined],
    [undefined, undefined],
  ] as const)
    it(`${header} is ${wait === undefined ? "nothing" : `${wait} ms`}`, () =>
      expect(retryAfterMs(header, now)).to.equal(wait));
});
