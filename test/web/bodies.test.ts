import { connect } from "node:net";
import { expect } from "chai";
import { serve, stopServing } from "../../src/web/index.js";
import { type WebWorld, webWorld } from "./web-world.js";

describe("what a body may be", () => {
  let world: WebWorld;
  before(async () => {
    world = await webWorld("sqlite");
  });
  after(() => world.drop());

  const post = (text: string | Buffer, type = "application/json") =>
    world
      .as("operator")
      .post("/objects/deal/records")
      .set("Content-Type", type)
      .serialize((body) => body as unknown as string)
      .send(text as unknown as object);

  const refused: [what: string, body: string | Buffer, status: number, says: string][] = [
    ["malformed JSON", "{", 400, "not valid JSON"],
    ["JSON 100,000 levels deep", "[".repeat(100_000), 400, "deeper than 64"],
    ["objects 100,000 levels deep", '{"a":'.repeat(40_000), 400, "deeper than 64"],
    ["a key given twice", '{"values":{"name":"a","name":"b"}}', 400, '"name" stands twice'],
    ["a key given twice in another spelling", '{"values":{"name":"a","n\\u0061me":"b"}}', 400, '"name" stands twice'],
    ["__proto__", '{"values":{"__proto__":{"admin":true}}}', 400, "__proto__"],
    ["constructor", '{"values":{"constructor":{"prototype":{}}}}', 400, "constructor"],
    ["NUL", '{"values":{"name":"a\\u0000b"}}', 400, "NUL"],
    ["half a surrogate pair", '{"values":{"name":"\\ud800"}}', 400, "surrogate"],
    ["an integer beyond 2^53", '{"values":{"name":"a","amount":9007199254740993}}', 400, "2^53"],
    ["bytes that are not UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400, "UTF-8"],
    ["an unknown member", '{"values":{"name":"a"},"workspaceId":"other"}', 422, "workspaceId"],
    ["a list instead of an object", "[]", 422, "object"],
    ["nothing", "{}", 422, "values"],
  ];
  for (const [what, body, status, says] of refused) {
    it(`refuses ${what}`, async () => {
      const answer = await post(body);
      expect(answer.status, answer.text).to.equal(status);
      expect(answer.type).to.equal("application/problem+json");
      expect(answer.body.detail).to.include(says);
    });
  }

  it("says 415 for another type and 413 for a large body, before reading it", async () => {
    expect((await post("name=a", "application/x-www-form-urlencoded")).status).to.equal(415);
    const server = await serve(world.app, 0, "127.0.0.1");
    const head = [
      "POST /api/workspaces/demo/objects/deal/records HTTP/1.1",
      "Host: x",
      `Authorization: Bearer ${world.keys.operator.key}`,
      "Content-Type: application/json",
      "Content-Length: 10000000",
      "",
      "",
    ];
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect((server.address() as { port: number }).port, "127.0.0.1", () =>
        socket.write(head.join("\r\n")),
      );
      socket.once("data", (data) => {
        resolve(data.toString());
        socket.destroy();
      });
      socket.once("error", reject);
    });
    expect(answer).to.match(/^HTTP\/1\.1 413 /);
    await stopServing(server, 0);
  });

  it("refuses a parameter given twice", async () => {
    const answer = await world.as("viewer").get("/runs?status=failed&status=queued");
    expect([answer.status, answer.body.code]).to.deep.equal([400, "bad_query"]);
  });

  it("keeps what went wrong inside to itself", async () => {
    const broken = world.engine.objects.bundled;
    Object.defineProperty(world.engine.objects, "bundled", {
      configurable: true,
      get: () => {
        throw new Error("the password is hunter2");
      },
    });
    const answer = await world.as("viewer").get("/objects");
    Object.defineProperty(world.engine.objects, "bundled", { configurable: true, value: broken });
    expect(answer.status).to.equal(500);
    expect(answer.text).not.to.include("hunter2");
    expect(answer.body.requestId).to.equal(answer.headers["x-request-id"]);
  });
});
