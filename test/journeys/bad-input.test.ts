import { connect } from "node:net";
import { expect } from "chai";
import { createWorkspace } from "../../src/crm/index.js";
import { dialects } from "../support/databases.js";
import { type Answer, type ServedMillrace, servedMillrace } from "../support/servers.js";

type Request = [method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE", path: string, body?: object | string | Buffer];

/** What is sent, the status of the answer, and where it says the fault is (or words of the message). */
type Row = [what: string, request: Request, status: number, names: string];

const deals = "/objects/deal/records";
const nobody = "01J00000000000000000000000";
const step = { key: "mark", kind: "record.update", config: { values: { status: "x" } } };
const list = (document: object) => ({
  name: "Bad",
  document: { object: "deal", triggers: [], steps: [step], ...document },
});
const validation = (document: object): Request => [
  "POST",
  "/automations/validation",
  { document: list(document).document },
];

const records: Row[] = [
  ["a text where a number belongs", ["POST", deals, { values: { name: "A", amount: "a lot" } }], 422, "values.amount"],
  ["an object where a text belongs", ["POST", deals, { values: { name: { first: "A" } } }], 422, "values.name"],
  ["a list where a number belongs", ["POST", deals, { values: { name: "A", amount: [1] } }], 422, "values.amount"],
  ["a date that is none", ["POST", deals, { values: { name: "A", closeDate: "2026-02-30" } }], 422, "values.closeDate"],
  ["a date with a time", ["POST", deals, { values: { name: "A", closeDate: 5 } }], 422, "values.closeDate"],
  ["a stage nobody defined", ["POST", deals, { values: { name: "A", stage: "wonn" } }], 422, "values.stage"],
  [
    "an unknown field, with the nearest known one",
    ["POST", deals, { values: { name: "A", amonut: 5 } }],
    422,
    "values.amonut",
  ],
  ["a record without what it needs", ["POST", deals, { values: { amount: 5 } }], 422, "values.name"],
  ["a relation to nobody", ["POST", deals, { values: { name: "A", company: nobody } }], 422, "values.company"],
  ["an owner who does not exist", ["POST", deals, { values: { name: "A", owner: "nobody" } }], 422, "values.owner"],
  [
    "an e-mail address that is none",
    ["POST", "/objects/contact/records", { values: { name: "A", email: "ann@" } }],
    422,
    "values.email",
  ],
  ["values that are a list", ["POST", deals, { values: [] }], 422, "values"],
  ["no values", ["POST", deals, {}], 422, "values"],
  ["a list instead of a body", ["POST", deals, "[]"], 422, "object"],
  ["a member nobody knows", ["POST", deals, { values: { name: "A" }, workspaceId: "other" }], 422, "workspaceId"],
  ["a field the system keeps", ["POST", deals, { values: { name: "A", version: 9 } }], 422, "values.version"],
  ["an unknown object, with the nearest known one", ["POST", "/objects/deals/records", { values: {} }], 404, "deal"],
  ["an unknown record", ["PATCH", `${deals}/${nobody}`, { values: { amount: 1 } }], 404, nobody],
  ["an unknown record to delete", ["DELETE", `${deals}/${nobody}`], 404, nobody],
  ["an id far too long", ["GET", `${deals}/${"9".repeat(500)}`], 404, "9"],
  ["an id with SQL in it", ["GET", `${deals}/${encodeURIComponent("x' OR '1'='1")}`], 404, "x' OR"],
  ["a sort by nothing", ["GET", `${deals}?sort=amuont`], 422, "sort"],
  ["a cursor nobody gave out", ["GET", `${deals}?cursor=hello`], 422, "cursor"],
  ["a filter that is no JSON", ["GET", `${deals}?when=amount>5`], 422, "when"],
  [
    "a filter with an unknown operator",
    [
      "GET",
      `${deals}?when=${encodeURIComponent('{"fact":"record","path":"amount","operator":"biggerThan","value":1}')}`,
    ],
    422,
    "when",
  ],
  ["a filter by an unknown field", ["GET", `${deals}?stagee=won`], 422, "stagee"],
  ["a limit beyond the most", ["GET", `${deals}?limit=100000`], 422, "limit"],
  ["a limit that is no number", ["GET", `${deals}?limit=many`], 422, "limit"],
];

const bodies: Row[] = [
  ["half of a body", ["POST", deals, '{"values":{"name":"A"'], 400, "not valid JSON"],
  ["an empty body", ["POST", deals, ""], 422, "values"],
  ["no JSON at all", ["POST", deals, "hello"], 400, "not valid JSON"],
  [
    "lists 100,000 deep",
    ["POST", deals, `{"values":{"name":${"[".repeat(100_000)}${"]".repeat(100_000)}}}`],
    400,
    "deeper than",
  ],
  ["objects as deep as the size allows", ["POST", deals, '{"a":'.repeat(50_000)], 400, "deeper than"],
  ["more than 256 kB", ["POST", deals, { values: { name: "A".repeat(300_000) } }], 413, "256 kB"],
  ["ten megabytes", ["POST", deals, Buffer.alloc(10_000_000, 0x20)], 413, "256 kB"],
  ["a key twice", ["POST", deals, '{"values":{"name":"A","name":"B"}}'], 400, "name"],
  [
    "bytes that are no UTF-8",
    ["POST", deals, Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d])],
    400,
    "UTF-8",
  ],
  ["a lone surrogate", ["POST", deals, '{"values":{"name":"A\\udc00"}}'], 400, "values.name"],
  ["NUL", ["POST", deals, '{"values":{"name":"A\\u0000"}}'], 400, "values.name"],
  ["a number beyond 2^53", ["POST", deals, '{"values":{"name":"A","amount":9007199254740993}}'], 400, "values.amount"],
  ["1e999", ["POST", deals, '{"values":{"name":"A","amount":1e999}}'], 422, "values.amount"],
  ["__proto__", ["POST", deals, '{"values":{"name":"A","__proto__":{"role":"admin"}}}'], 400, "__proto__"],
];

const documents: Row[] = [
  ["no steps", ["POST", "/automations", { name: "Bad", document: { object: "deal" } }], 422, "document.steps"],
  ["steps that are no list", ["POST", "/automations", list({ steps: {} })], 422, "document.steps"],
  ["a step without a kind", ["POST", "/automations", list({ steps: [{ key: "a" }] })], 422, "document.steps[0].kind"],
  [
    "a key that is none",
    ["POST", "/automations", list({ steps: [{ ...step, key: "Mark It" }] })],
    422,
    "document.steps[0].key",
  ],
  ["a member nobody knows", ["POST", "/automations", list({ setps: [] })], 422, "document.setps"],
  ["a duration that is none", ["POST", "/automations", list({ timeout: "soon" })], 422, "document.timeout"],
  ["half a duration", ["POST", "/automations", list({ timeout: "PT" })], 422, "document.timeout"],
  [
    "a negative limit",
    ["POST", "/automations", list({ limits: { runsPerMonth: -1 } })],
    422,
    "document.limits.runsPerMonth",
  ],
  [
    "an error policy that is none",
    ["POST", "/automations", list({ onError: { policy: "ignore" } })],
    422,
    "document.onError.policy",
  ],
  ["no name", ["POST", "/automations", { document: list({}).document }], 422, "name"],
  ["a name far too long", ["POST", "/automations", { ...list({}), name: "n".repeat(500) }], 422, "name"],
];

/** A draft may be wrong: what is wrong with it is listed, each with its place, and it cannot be published. */
const drafts: [what: string, document: object, place: string][] = [
  ["an unknown object", { object: "deel" }, "object"],
  ["an unknown step kind", { steps: [{ ...step, kind: "record.updat" }] }, "steps[0].kind"],
  [
    "an unknown field to write",
    { steps: [{ ...step, config: { values: { satus: "x" } } }] },
    "steps[0].config.values.satus",
  ],
  ["a missing config", { steps: [{ ...step, config: {} }] }, "steps[0].config.values"],
  [
    "an unknown variable",
    { steps: [{ ...step, config: { values: { status: "{{ record.naem }}" } } }] },
    "steps[0].config.values.status",
  ],
  [
    "bad Liquid",
    { steps: [{ ...step, config: { values: { status: "{{ record.name" } } }] },
    "steps[0].config.values.status",
  ],
  ["an unknown trigger", { triggers: [{ key: "t", kind: "record.changed" }] }, "triggers[0].kind"],
  [
    "a trigger on an unknown field",
    { triggers: [{ key: "t", kind: "record.updated", fields: ["stag"] }] },
    "triggers[0].fields[0]",
  ],
  [
    "a condition on an unknown field",
    { conditions: { all: [{ fact: "record", path: "amuont", operator: "equal", value: 1 }] } },
    "conditions.all[0].path",
  ],
  [
    "an unknown operator",
    { conditions: { all: [{ fact: "record", path: "amount", operator: "bigger", value: 1 }] } },
    "conditions.all[0].operator",
  ],
  ["declared inputs that are no JSON Schema", { inputs: { type: "strin" } }, "inputs"],
  ["an unknown time zone", { timezone: "Europe/Berln" }, "timezone"],
  ["two steps of one key", { steps: [step, step] }, "steps[1].key"],
];

for (const dialect of dialects) {
  describe(`bad input over HTTP on ${dialect}`, () => {
    let world: ServedMillrace;
    before(async () => {
      world = await servedMillrace(dialect);
    });
    after(() => world.stop());

    /** How many rows each table has: what was refused must not have left any. */
    const everything = async () => {
      const tables = [
        "crm_deals",
        "crm_contacts",
        "crm_tasks",
        "millrace_events",
        "millrace_automations",
        "millrace_versions",
        "millrace_runs",
        "millrace_audit",
      ];
      const counts = await Promise.all(tables.map((table) => world.db.one(`SELECT COUNT(*) AS n FROM ${table}`)));
      return counts.map((row, at) => `${tables[at]} ${row?.["n"]}`).join(", ");
    };
    const send = ([method, path, body]: Request) => world.api(method, path, body as Buffer);
    const expectRefusal = (answer: Answer, status: number, names: string) => {
      expect(answer.status, answer.text).to.equal(status);
      expect(answer.type).to.include("application/problem+json");
      expect(answer.body).to.include.all.keys("type", "title", "status", "code", "detail", "errors");
      const places = answer.body.errors.map((error: { path: string }) => error.path);
      expect([...places, answer.body.detail].join("\n")).to.include(names);
    };

    for (const [what, request, status, names] of [...records, ...bodies, ...documents]) {
      it(`refuses ${what}`, async () => {
        const before = await everything();
        expectRefusal(await send(request), status, names);
        expect(await everything()).to.equal(before);
      });
    }

    for (const [what, document, place] of drafts) {
      it(`names the place of ${what}, and does not publish it`, async () => {
        const { body } = await send(validation(document));
        expect(body.problems?.map((one: { path: string }) => one.path) ?? body, JSON.stringify(body)).to.include(place);
        const draft = await world.api("POST", "/automations", list(document));
        if (draft.status !== 201) return expectRefusal(draft, 422, place);
        expectRefusal(await world.api("POST", `/automations/${draft.body.id}/publications`, {}), 422, place);
        expect((await world.api("PUT", `/automations/${draft.body.id}/activation`)).status).to.equal(409);
      });
    }

    it("refuses a whole body that is too large before it has arrived", async () => {
      const head = `POST /api/workspaces/demo${deals} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${await world.keyOf("admin")}\r\nContent-Type: application/json\r\nContent-Length: 10000000\r\n\r\n`;
      const answer = await new Promise<string>((resolve, reject) => {
        const socket = connect(Number(new URL(world.url).port), "127.0.0.1", () => socket.write(head));
        socket.once("error", reject).once("data", (data) => {
          socket.destroy();
          resolve(String(data));
        });
      });
      expect(answer).to.match(/^HTTP\/1\.1 413 /);
    });

    it("cannot be made to see or touch what belongs to another workspace", async () => {
      const other = await createWorkspace(world.engine, { slug: "other", name: "Other" });
      const key = await world.keyOf("admin", other.id);
      const deal = await world.deal();
      const automation = await world.automation({ object: "deal", triggers: [], steps: [step] });
      const run = (await world.api("POST", `/automations/${automation}/runs`, { recordId: deal })).body.id;
      const places: Request[] = [
        ["GET", `${deals}/${deal}`],
        ["PATCH", `${deals}/${deal}`, { values: { amount: 1 } }],
        ["DELETE", `${deals}/${deal}`],
        ["GET", `/automations/${automation}`],
        ["DELETE", `/automations/${automation}`],
        ["POST", `/automations/${automation}/runs`, { recordId: deal }],
        ["GET", `/runs/${run}`],
        ["POST", `/runs/${run}/cancellation`],
        ["POST", `/runs/${run}/replays`],
        ["POST", `/runs/${run}/undo`],
        ["GET", `/explanations?automation=${automation}&record=${deal}`],
        ["GET", `${deals}/${deal}/changes`],
      ];
      for (const [method, path, body] of places) {
        for (const workspace of ["other", "demo"]) {
          const answer = await fetch(`${world.url}/api/workspaces/${workspace}${path}`, {
            method,
            headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
            ...(body ? { body: JSON.stringify(body) } : {}),
          });
          expect(answer.status, `${method} ${workspace} ${path}`).to.equal(404);
        }
      }
      expect((await world.api("GET", `${deals}/${deal}`)).body.version).to.equal(1);
    });

    it("refuses a wrong key, and a key that is none", async () => {
      for (const header of [`Bearer mk_${"x".repeat(32)}`, "Bearer hello", "Basic YTpi", "Bearer "]) {
        const answer = await world.api("GET", "/runs", undefined, { Authorization: header });
        expectRefusal(answer, 401, "unknown");
      }
    });
  });
}
