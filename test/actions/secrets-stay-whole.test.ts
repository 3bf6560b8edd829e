import { expect } from "chai";
import { checkConfig } from "../../src/actions/check-config.js";
import { builtinActions } from "../../src/actions/index.js";
import { httpRequest } from "../../src/actions/outside/http-request.js";
import { writeSecret } from "../../src/effects/index.js";
import { gateway } from "../support/gateway.js";
import { type Loopback, loopback } from "../support/loopback.js";
import { stepOn } from "../support/outside-steps.js";

describe("secrets in steps", () => {
  let server: Loopback;
  let world: Awaited<ReturnType<typeof gateway>>;
  const heard: string[] = [];
  before(async () => {
    server = await loopback((req, res) => {
      heard.push(String(req.headers["authorization"]));
      res.end("{}");
    });
    world = await gateway("sqlite", { allowHosts: [server.host] });
    await writeSecret(world, "w1", "erp_key", "canary-0451-canary", {}, null);
  });
  after(async () => {
    await world.close();
    await server.close();
  });

  const call = (authorization: string, more = {}) => ({
    method: "GET",
    url: server.url,
    headers: { Authorization: authorization, ...more },
  });
  const faults = (kind: string, config: Record<string, unknown>) =>
    checkConfig(builtinActions(), kind, config as never).map(({ path, message }) => `${path}: ${message}`);

  it("are sent, and shown as what they are", async () => {
    const { outcome, input } = await stepOn(world, httpRequest)(call("Bearer {{ secrets.erp_key }}"));
    expect([outcome.type, heard.at(-1)]).to.deep.equal(["done", "Bearer canary-0451-canary"]);
    expect(input["headers"]).to.deep.equal({ Authorization: "Bearer [secret erp_key]" });
  });

  it("are not taken apart, at save or at run", async () => {
    const config = call("{{ secrets.erp_key | slice: 0, 3 }}");
    expect(faults("http.request", config)[0]).to.match(/^headers\.Authorization: .*filter "slice"/);
    const before = heard.length;
    const { outcome } = await stepOn(world, httpRequest)(config);
    expect(outcome).to.have.nested.property("error.code", "secret_misused");
    expect(heard).to.have.length(before);
  });

  it("are placeholders in a simulation, whatever is done with them", async () => {
    const recorded: never[] = [];
    await stepOn(world, httpRequest)(
      call("none", { "X-Signed": '{{ "x:" | append: secrets.erp_key | base64_encode }}' }),
      {},
      recorded,
    );
    // Not even encoded together with other text does more than its name show.
    expect(JSON.stringify(recorded)).to.include("[secret erp_key]").and.not.include("canary");
  });

  it("that were typed in are hidden in the log", async () => {
    const { input } = await stepOn(world, httpRequest)(call("Bearer typed-by-hand", { "X-Api-Key": "k9" }));
    expect([heard.at(-1), input["headers"]]).to.deep.equal([
      "Bearer typed-by-hand",
      { Authorization: "[hidden]", "X-Api-Key": "[hidden]" },
    ]);
  });

  it("are told to no model", () => {
    for (const kind of ["llm", "ai.classify"])
      expect(faults(kind, { prompt: "{{ secrets.erp_key }}", text: "{{ secrets.erp_key }}" }).join()).to.include(
        "no secrets here",
      );
  });
});
