import { expect } from "chai";
import fc from "fast-check";
import { deedNamed, recordDeedNamed } from "../../src/imports/names/action-name.js";
import { durationOf } from "../../src/imports/names/durations.js";
import { keyMaker } from "../../src/imports/names/keys.js";
import { fieldNamed, objectNamed } from "../../src/imports/names/objects.js";
import { isDuration } from "../../src/shared/duration.js";
import { known } from "./known.js";

const { objects } = known;

describe("names from elsewhere", () => {
  it("become keys a document may have, each once", () => {
    const makeKey = keyMaker();
    const names = ["Send Mail!", "send-mail", "sendMail", "end", "42", "Zürich", "", "x".repeat(90), "x".repeat(90)];
    expect(names.map((name) => makeKey(name))).to.deep.equal([
      ...[
        "send_mail",
        "send_mail_2",
        "send_mail_3",
        "end_2",
        "step_42",
        "zurich",
        "step",
        "x".repeat(64),
        `${"x".repeat(62)}_2`,
      ],
    ]);
  });

  it("never become a key twice, or one of another form", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom("a", "A", "a 1", "a_1", "a__1"))), (names) => {
        const makeKey = keyMaker();
        const keys = names.map((name) => makeKey(name));
        expect(new Set(keys).size).to.equal(keys.length);
        for (const key of keys) expect(key).to.match(/^[a-z][a-z0-9_]{0,63}$/);
      }),
    );
  });

  const actions: [string, string][] = [
    ["customer.get_by_id", "get contact"],
    ["customer_get", "get contact"],
    ["getCustomer", "get contact"],
    ["customer.search", "find contact"],
    ["list_customers", "find contact"],
    ["get_orders", "find order"],
    ["product.filter", "find product"],
    ["customer_get_by_email", "first contact by email"],
    ["createRecord", "create record"],
    ["update_record", "update record"],
    ["record.upsert", "upsert record"],
    ["customer_orders", "related contact order"],
    ["conversation.query_messages", "related conversation message"],
    ["opportunity_delete", "delete deal"],
    ["account.count", "count company"],
  ];
  for (const [name, wanted] of actions) {
    it(`${name}: ${wanted}`, () => {
      const { verb, object, related, by } = recordDeedNamed(objects, name) ?? {};
      const said = [verb, object === null ? "record" : object?.name, related?.name, by && `by ${by}`];
      expect(said.filter(Boolean).join(" ")).to.equal(wanted);
    });
  }

  it("of actions there are not stay unknown, also when they are called like parts of JavaScript", () => {
    for (const name of [
      "shopify.list_invoices",
      "rag_upload_text",
      "product.hydrate_fields",
      "constructor",
      "customer_constructor",
      "__proto__",
    ])
      expect([recordDeedNamed(objects, name), deedNamed(name)], name).to.deep.equal([undefined, undefined]);
  });

  it("of what is sent and said are alike in both spellings", () => {
    for (const [one, other] of [
      ["email_send", "email.send"],
      ["send_email", "sendEmail"],
      ["send_slack", "slack.send_message"],
      ["set_variables", "variables.set"],
      ["webhook_call", "http.request"],
    ] as const)
      expect(deedNamed(one), one).to.equal(deedNamed(other)).and.not.equal(undefined);
  });

  it("of objects and fields are found by what others call them", () => {
    expect(
      ["Customers", "person", "organisation", "opportunities", "contact", "widget"].map(
        (name) => objectNamed(objects, name)?.name,
      ),
    ).to.deep.equal(["contact", "contact", "company", "deal", "contact", undefined]);
    const fields: [string, string, string | undefined][] = [
      ["contact", "last_contacted_at", "lastContactedAt"],
      ["order", "customerId", "contact"],
      ["order", "customer", "contact"],
      ["message", "content", "body"],
      ["deal", "value", "amount"],
      ["deal", "owner_id", "owner"],
      ["contact", "loyalty", undefined],
      ["contact", "constructor", undefined],
    ];
    for (const [object, name, wanted] of fields) {
      const found = objects.find((one) => one.name === object);
      expect(found && fieldNamed(objects, found, name)?.name, `${object}.${name}`).to.equal(wanted);
    }
  });

  it("of durations are told in the largest unit that fits", () => {
    const given: [unknown, string, string | undefined][] = [
      [7_200, "s", "2h"],
      [90_000, "ms", "90s"],
      [3, "d", "3d"],
      ["3 days", "s", "3d"],
      ["2 Hours", "s", "2h"],
      ["PT5M", "s", "PT5M"],
      ["15", "m", "15m"],
      [1_500, "ms", "2s"],
      ["soon", "s", undefined],
      [-1, "s", undefined],
    ];
    for (const [value, unit, wanted] of given) {
      expect(durationOf(value, unit), String(value)).to.equal(wanted);
      if (wanted) expect(isDuration(wanted)).to.equal(true);
    }
  });
});
