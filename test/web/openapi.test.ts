import { expect } from "chai";
import express, { type ErrorRequestHandler } from "express";
import * as OpenApiValidator from "express-openapi-validator";
import request from "supertest";
import { overTenThousand, whenWon } from "../support/engine-world.js";
import { type WebWorld, webWorld } from "./web-world.js";

type OpenApi = Parameters<typeof OpenApiValidator.middleware>[0]["apiSpec"];

describe("the OpenAPI document", () => {
  let world: WebWorld;
  before(async () => {
    world = await webWorld("sqlite");
  });
  after(() => world.drop());

  it("describes requests and answers as they are, to a validator of somebody else's", async () => {
    const apiSpec = (await world.request().get("/api/openapi.json")).body as OpenApi;
    const checked = express();
    checked.use(express.json());
    checked.use(
      OpenApiValidator.middleware({
        apiSpec,
        validateSecurity: false,
        validateRequests: true,
        validateResponses: true,
        validateFormats: false,
      }),
    );
    checked.use(async (req, res) => {
      const answer = await request(world.app)
        .get(req.originalUrl)
        .set("Authorization", `Bearer ${world.keys.admin.key}`);
      res.status(answer.status).json(answer.body);
    });
    const wrong: ErrorRequestHandler = (error, _req, res, _next) => {
      res.status(599).json({ message: String(error.message), errors: error.errors });
    };
    checked.use(wrong);

    const deal = await world.deal({ stage: "lead", amount: 20_000 });
    const automation = await world.automation({
      triggers: [whenWon],
      conditions: overTenThousand,
      steps: [{ key: "mark", kind: "record.update", config: { values: { status: "onboarding" } } }],
    });
    await world.change("deal", deal.id, { stage: "won" });
    await world.drain();
    const run = await world.onlyRun();
    const paths = [
      "/objects",
      "/objects/deal",
      "/objects/deal/records?limit=5",
      `/objects/deal/records/${deal.id}`,
      `/objects/deal/records/${deal.id}/changes`,
      `/objects/deal/records/${deal.id}/runs`,
      `/objects/deal/records/${deal.id}/automations`,
      "/automations",
      `/automations/${automation.id}`,
      `/automations/${automation.id}/versions`,
      `/automations/${automation.id}/versions/1/diff/1`,
      `/automations/${automation.id}/impact`,
      `/crm/automations/${automation.id}/workflow`,
      `/automations/${automation.id}/diagnostics`,
      "/automations/registry/actions",
      "/runs",
      `/runs/${run.id}`,
      `/explanations?automation=${automation.id}&record=${deal.id}`,
      "/batches",
      "/reports/usage",
      "/secrets",
      "/people",
      "/keys",
      "/audit",
      "",
    ];
    for (const path of paths) {
      const answer = await request(checked).get(`/api/workspaces/demo${path}`);
      expect(answer.status, `${path}: ${answer.text}`).to.equal(200);
    }
  });

  it("is served with the schema of definitions, and as a page that needs no script", async () => {
    const document = (await world.request().get("/api/openapi.json")).body;
    expect(document.openapi).to.equal("3.1.0");
    expect(document.paths["/workspaces/{workspace}/runs/{id}"].get["x-role"]).to.equal("viewer");
    const schema = await world.request().get("/api/schema/document.json");
    expect(schema.body.properties).to.include.keys("triggers", "steps");
    const page = await world.request().get("/api/docs");
    expect(page.type).to.equal("text/html");
    expect(page.headers["content-security-policy"]).to.include("default-src 'none'");
    expect(page.text).to.include("/api/workspaces/{workspace}/runs/{id}").and.not.include("<script");
  });
});
