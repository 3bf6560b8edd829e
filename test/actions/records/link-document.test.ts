import { expect } from "chai";
import { linkDocument } from "../../../src/actions/records/link-document.js";
import type { JsonObject } from "../../../src/shared/json.js";
import { dialects } from "../../support/databases.js";
import { type ServedMillrace, servedMillrace } from "../../support/servers.js";

for (const dialect of dialects) {
  describe(`document.link (${dialect})`, () => {
    let served: ServedMillrace;
    let automation: string;
    before(async () => {
      served = await servedMillrace(dialect, { baseUrl: "http://crm.test" });
      automation = await served.automation({
        object: "document",
        triggers: [],
        steps: [{ key: "link", kind: "document.link", config: { expiresIn: "2h" } }],
      });
    });
    after(() => served.stop());

    const linkTo = async (values: JsonObject) => {
      const { body: made } = await served.api("POST", "/objects/document/records", { values });
      const { body: started } = await served.api("POST", `/automations/${automation}/runs`, { recordId: made.id });
      await served.work();
      const [step] = (await served.api("GET", `/runs/${started.id}`)).body.steps;
      return { id: made.id, step };
    };
    const follow = async (url: string) => {
      const answer = await fetch(url.replace("http://crm.test", served.url), { redirect: "manual" });
      return [answer.status, answer.headers.get("location")];
    };

    it("leads whoever has it to the document, until it expires", async () => {
      const { step } = await linkTo({ name: "Contract", url: "https://files.test/contract.pdf" });
      expect(step.output).to.include({ name: "Contract" });
      expect(Date.parse(step.output.expiresAt) - served.clock.now()).to.equal(7_200_000);
      expect(await follow(step.output.url)).to.deep.equal([302, "https://files.test/contract.pdf"]);
      served.clock.forward("2h");
      expect(await follow(step.output.url)).to.deep.equal([410, null]);
    });

    it("leads nowhere when a letter of it is another, or the document is gone", async () => {
      const { id, step } = await linkTo({ name: "Plan", url: "https://files.test/plan.pdf" });
      const { url } = step.output;
      const other = url.at(-9) === "A" ? "B" : "A";
      expect(await follow(`${url.slice(0, -9)}${other}${url.slice(-8)}`)).to.deep.equal([404, null]);
      await served.api("DELETE", `/objects/document/records/${id}`);
      expect(await follow(url)).to.deep.equal([404, null]);
    });

    it("fails for a document without an address", async () => {
      const { step } = await linkTo({ name: "Empty" });
      expect(step.error).to.include({ code: "no_address" });
    });

    it("reads as a sentence", () => {
      expect(linkDocument.sentence({})).to.equal("make a link to the document that lasts 1 day");
    });
  });
}
