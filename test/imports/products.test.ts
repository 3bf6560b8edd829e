import { expect } from "chai";
import { importDefinition } from "../../src/imports/import-definition.js";
import { Problem } from "../../src/shared/errors.js";
import { imported, known } from "./known.js";

const at = { x: 0, y: 0 };

const exports: [product: string, definition: unknown][] = [
  [
    "n8n",
    {
      name: "W",
      nodes: [{ parameters: {}, name: "Mail", type: "n8n-nodes-base.gmail", typeVersion: 2, position: [0, 0] }],
      connections: { Start: { main: [[{ node: "Mail", type: "main", index: 0 }]] } },
    },
  ],
  ["n8n", { workflow: { nodes: [{ parameters: { a: 1 }, type: "custom.node" }], connections: {} } }],
  ["Make", { name: "Scenario", flow: [{ id: 1, module: "gateway:CustomWebHook", mapper: {} }], metadata: {} }],
  ["Zapier", { metadata: { version: "1" }, zaps: [{ id: 1, nodes: { 1: { selected_api: "SlackAPI" } } }] }],
  ["HubSpot", { type: "CONTACT_FLOW", actions: [{ actionId: "1", actionTypeId: "0-4", fields: {} }] }],
  ["HubSpot", { name: "Old", type: "DRIP_DELAY", actions: [{ type: "DELAY" }], segmentCriteria: [] }],
  ["Salesforce Flow", { processType: "AutoLaunchedFlow", recordLookups: [{}], label: "F" }],
  [
    "Power Automate",
    { definition: { $schema: "https://schema.management.azure.com/…/Microsoft.Logic/x", actions: {} } },
  ],
  ["Power Automate", { triggers: {}, actions: { Compose: { type: "Compose", runAfter: {} } } }],
  ["Workato", { name: "R", code: { keyword: "trigger", provider: "salesforce", block: [] } }],
  ["Activepieces", { displayName: "F", trigger: { name: "trigger", nextAction: {}, settings: {} } }],
  ["Pipedream", { steps: [{ namespace: "send", props: {}, type: "CodeCell" }], triggers: [] }],
  ["Klaviyo", { data: { type: "flow", id: "X", attributes: { name: "W", trigger_type: "Added to List" } } }],
  ["AWS Step Functions", { StartAt: "A", States: { A: { Type: "Pass", End: true } } }],
  ["GitHub Actions", { name: "ci", on: "push", jobs: { build: { steps: [{ run: "ls" }] } } }],
  ["Node-RED", [{ id: "a", type: "inject", z: "flow", wires: [["b"]] }]],
  [
    "React Flow",
    {
      nodes: [
        { id: "1", type: "input", position: at, data: { label: "Lead comes in" } },
        { id: "2", position: at, data: { label: "Write to them" } },
        { id: "3", type: "textUpdater", position: at, data: { value: 1 } },
      ],
      edges: [{ id: "e", source: "1", target: "2" }],
      viewport: { x: 0, y: 0, zoom: 1 },
    },
  ],
];

function refusal(definition: unknown): string {
  try {
    importDefinition(definition, known);
  } catch (error) {
    if (error instanceof Problem) return error.errors.map(({ message }) => message).join(" ");
    throw error;
  }
  throw new Error("It was imported.");
}

describe("exports of other products", () => {
  for (const [product, definition] of exports)
    it(`of ${product} are refused by name, with what can be done`, () => {
      const said = refusal(definition);
      expect(said).to.include(product).and.include("nothing");
      expect(said).to.match(/Build the automation here|Give each node a type/);
    });

  it("are not taken for those whose forms we read", () => {
    const nodes = [
      { id: "t", type: "trigger", position: at, data: { type: "manual" } },
      {
        id: "m",
        type: "action",
        position: at,
        data: { action_type: "add_note", config: { body: "Hi", record_id: "1", object: "deal" } },
      },
    ];
    const found = imported({ name: "Ours", nodes, edges: [{ id: "e", source: "t", target: "m" }] });
    expect(found.document.steps.map(({ kind }) => kind)).to.deep.equal(["note.create"]);
    expect(
      imported({ trigger_type: "manual", actions: [{ type: "add_note", config: { body: "x", connection: 1 } }] }).form,
    ).to.equal("list");
  });
});
