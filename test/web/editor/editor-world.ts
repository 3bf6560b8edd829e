import request from "supertest";
import { createAutomation, getAutomation, getVersion } from "../../../src/automations/index.js";
import { createUser, updateUser } from "../../../src/crm/index.js";
import type { Dialect } from "../../../src/db/index.js";
import type { Document, Step } from "../../../src/graph/index.js";
import { editorKnown } from "../../../src/web/editor/editor-known.js";
import { documentToForm } from "../../../src/web/editor/form/document-form.js";
import { formFields } from "../../../src/web/editor/form/form-fields.js";
import type { SentForm } from "../../../src/web/editor/form/sent-fields.js";
import { hashPassword, type Role } from "../../../src/web/index.js";
import { password, webWorld } from "../web-world.js";

/** A world with Ada signed in, and what the editor's pages are asked with. */
export async function editorWorld(dialect: Dialect) {
  const world = await webWorld(dialect);
  await world.letAdaIn();
  const workspace = { id: world.workspaceId, timezone: "Europe/Berlin" };

  /** Someone's browser, without JavaScript: pages by address, forms by address and fields. */
  async function browser(email: string) {
    const agent = request.agent(world.app);
    const csrf = async (path: string) => /name="_csrf" value="([^"]*)"/.exec((await agent.get(path)).text)?.[1] ?? "";
    const send = async (path: string, fields: SentForm, page = "/list") => {
      const form = { _csrf: await csrf(page), ...fields };
      return agent.post(path).type("form").send(form);
    };
    const login = await send("/login", { email, password }, "/login");
    if (login.status !== 303) throw new Error(`The login answered ${login.status}: ${login.text.slice(0, 300)}`);
    return { get: (path: string) => agent.get(path), send };
  }

  return {
    ...world,
    ada: await browser("ada@demo.test"),
    /** Somebody else of the workspace, signed in. */
    async somebody(role: Role) {
      const user = await createUser(world.engine, {
        workspaceId: workspace.id,
        email: `${role}@demo.test`,
        name: `The ${role}`,
        role,
      });
      await updateUser(world.engine, workspace.id, user.id, { passwordHash: await hashPassword(password) });
      return browser(user.email);
    },
    draft: (document: Partial<Document> = {}, name = "Won deals") =>
      createAutomation(
        world.engine,
        workspace.id,
        { name, document: { object: "deal", triggers: [], steps: [], ...document } },
        world.by,
      ),
    /** The latest version as it is stored. */
    async stored(id: string) {
      const automation = await getAutomation(world.engine, workspace.id, id);
      return { automation, ...(await getVersion(world.engine, automation)) };
    },
    workflow: (steps: Step[], document: Partial<Document> = {}, name = "Branches") =>
      createAutomation(
        world.engine,
        workspace.id,
        { name, form: "graph", document: { object: "deal", triggers: [], ...document, steps } },
        world.by,
      ),
    /** The fields a browser has of an automation's form, as the page drew them; `open` is the step edited in place. */
    async fields(id: string, open = ""): Promise<SentForm> {
      const { automation, document, etag, form } = await this.stored(id);
      const known = await editorKnown(world.engine, workspace, form);
      const unfold = document.steps.findIndex(({ key }) => key === open);
      const sent = formFields(documentToForm(document, known, { unfold: unfold < 0 ? null : unfold }));
      const { name, description } = automation;
      return { ...sent, name, description, ifVersion: etag, ...(form === "graph" && { open }) };
    },
  };
}

export type EditorWorld = Awaited<ReturnType<typeof editorWorld>>;
