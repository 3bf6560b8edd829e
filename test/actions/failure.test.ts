import { expect } from "chai";
import { failureOf } from "../../src/actions/failure.js";
import { breaksTransaction } from "../../src/db/index.js";
import { conflict, forbidden, invalid, notFound, Problem } from "../../src/shared/errors.js";
import { TemplateError } from "../../src/templates/index.js";

const coded = (code: string, more: object = {}) => Object.assign(new Error(code), { code, ...more });

describe("what a step threw, as an outcome", () => {
  const vectors: [unknown, string, boolean][] = [
    [conflict("stale", "Someone was faster."), "stale", true],
    [notFound("list", "x"), "not_found", false],
    [forbidden("No."), "forbidden", false],
    [new Problem(503, "away", "Later."), "away", true],
    [new TemplateError("template_missing_variable", "No such name.", "record.x"), "template", false],
    [coded("ER_LOCK_DEADLOCK"), "database", true],
    [coded("PROTOCOL_CONNECTION_LOST", { fatal: true }), "database", true],
    [coded("ER_DATA_TOO_LONG"), "internal", false],
    [new TypeError("oops"), "internal", false],
    ["just text", "internal", false],
    [undefined, "internal", false],
  ];
  for (const [error, code, retryable] of vectors) {
    it(`${code}${retryable ? ", worth another try" : ""}: ${error}`, () => {
      expect(failureOf(error))
        .to.deep.include({ type: "fail", retryable })
        .and.have.nested.property("error.code", code);
    });
  }

  it("keeps the places at fault", () => {
    const errors = [{ path: "values.stage", message: "There is no such stage." }];
    expect(failureOf(invalid(errors))).to.have.deep.nested.property("error.details", { errors });
  });
});

describe("a broken transaction", () => {
  for (const code of [
    "ER_LOCK_DEADLOCK",
    "ER_LOCK_WAIT_TIMEOUT",
    "SQLITE_BUSY",
    "SQLITE_FULL",
    "SQLITE_READONLY",
    "ER_OPTION_PREVENTS_STATEMENT",
    "PROTOCOL_CONNECTION_LOST",
  ]) {
    it(`is known by ${code}`, () => expect(breaksTransaction(coded(code))).to.equal(true));
  }

  it("is known through what wraps it, and by a fatal connection error", () => {
    expect(breaksTransaction(Object.assign(new Error(), { parent: coded("SQLITE_IOERR") }))).to.equal(true);
    expect(breaksTransaction(coded("ECONNRESET", { fatal: true }))).to.equal(true);
  });

  it("is not what a single statement or a person did wrong", () => {
    for (const error of [
      coded("ER_DUP_ENTRY"),
      coded("SQLITE_CONSTRAINT"),
      coded("ECONNREFUSED"),
      conflict("stale", ""),
      null,
      "x",
    ]) {
      expect(breaksTransaction(error)).to.equal(false);
    }
  });
});
