import { expect } from "chai";
import { redact, reveals } from "../../../src/effects/secrets/redact.js";

const value = 'p@ss "word"/+ü&<1>';
const secrets = { key: value };

describe("redacting", () => {
  for (const [form, text] of Object.entries({
    "as it is": `before ${value} after`,
    "in base64": Buffer.from(value).toString("base64"),
    "in base64 for URLs": Buffer.from(value).toString("base64url"),
    "inside basic authentication": Buffer.from(`me:${value}`).toString("base64"),
    "inside a longer encoded text": Buffer.from(`user=${value};more`).toString("base64"),
    "URL-encoded": `?a=${encodeURIComponent(value)}`,
    "URL-encoded in lower case": encodeURIComponent(value).toLowerCase(),
    "form-encoded": new URLSearchParams({ a: 'p@ss "word"/+ü&<1>' }).toString(),
    "inside JSON": JSON.stringify({ a: value }),
    "inside HTML": "p@ss &quot;word&quot;/+ü&amp;&lt;1&gt;",
  }))
    it(`hides a secret ${form}`, () => {
      expect(redact(text, secrets)).to.include("[secret key]");
      expect(reveals(text, value)).to.equal(true);
    });

  it("walks lists, objects and member names, and leaves everything else as it was", () => {
    const held = { [value]: [value, 1, null, true, { deep: `x${value}` }] };
    expect(redact(held, secrets)).to.deep.equal({
      "[secret key]": ["[secret key]", 1, null, true, { deep: "x[secret key]" }],
    });
    expect(held).to.have.property(value);
  });

  it("hides the longer of two secrets that share a beginning", () => {
    expect(redact("abcdefgh", { short: "abcd", long: "abcdefgh" })).to.equal("[secret long]");
  });

  it("takes a secret's own dollar signs literally", () => {
    expect(redact("x$&y", { "a$&": "x$&y" })).to.equal("[secret a$&]");
  });

  it("leaves secrets of fewer than four characters alone, for half of all words would go with them", () => {
    expect(redact({ text: "a banana" }, { short: "ana", single: "a" })).to.deep.equal({ text: "a banana" });
    expect(redact("a banana", { four: "bana" })).to.equal("a [secret four]na");
  });
});
