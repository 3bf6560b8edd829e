import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { expect } from "chai";
import { type WebWorld, webWorld } from "../web-world.js";

type Kind = { kind: string; config: object; output: object; ports: string[]; takesAnswer: boolean };

describe("the registry of step kinds", () => {
  let world: WebWorld;
  let kinds: Map<string, Kind>;
  before(async () => {
    world = await webWorld("sqlite");
    const { body } = await world.as("viewer").get("/automations/registry/actions");
    kinds = new Map((body.data as Kind[]).map((kind) => [kind.kind, kind]));
  });
  after(() => world.drop());

  it("describes config and output of every kind by JSON Schemas that can be used", () => {
    const ajv = new Ajv({ strict: false });
    addFormats.default(ajv);
    ajv.addFormat("duration", true);
    expect(kinds.size).to.equal(world.engine.actions.size);
    for (const { config, output } of kinds.values())
      for (const schema of [config, output]) expect(ajv.validateSchema(schema), ajv.errorsText()).to.equal(true);
  });

  it("names every port that can be connected, failures included", () => {
    expect(kinds.get("approval")?.ports).to.deep.equal(["approved", "rejected", "timeout", "error"]);
    expect(kinds.get("record.update")?.ports).to.deep.equal(["success", "error"]);
    expect(kinds.get("end")?.ports).to.deep.equal([]);
  });

  it("says which kinds a simulation can be told the end of", () => {
    const told = ["approval", "for_each", "http.request", "wait", "record.update"].map(
      (kind) => kinds.get(kind)?.takesAnswer,
    );
    expect(told).to.deep.equal([true, true, true, false, false]);
  });
});
