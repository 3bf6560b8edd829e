import { expect } from "chai";
import { monthlyReason, monthOf } from "../../src/enrollments/limits.js";

describe("a monthly limit", () => {
  it("says in its own zone when the count begins again, and to programs as an instant", () => {
    const { resetsAt } = monthOf(Date.parse("2026-03-31T21:30:00Z"), "Europe/Berlin");
    const { message, details } = monthlyReason("automation", 10, 10, resetsAt, "Europe/Berlin");
    expect(message).to.include("The count begins again on 1 April 2026.");
    expect(details).to.include({ limit: 10, resetsAt: "2026-03-31T22:00:00.000Z" });
  });
});
