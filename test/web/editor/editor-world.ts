import request from "supertest";
import { createAutomation } from "../../../src/automations/index.js";
import type { Dialect } from "../../../src/db/index.js";
import type { Document } from "../../../src/graph/index.js";
import { password, webWorld } from "../web-world.js";
import { formsOf } from "./forms.js";

/** A world with Ada signed in: `open` gives a page as its forms, `send` a form as a browser without JavaScript would. */
export async function editorWorld(dialect: Dialect) {
  const world = await webWorld(dialect);
  await world.letAdaIn();
  const ada = await signIn(world.app, "ada@demo.test");
  const page = async (path: string) => formsOf((await ada.get(path)).text);
  return {
    ...world,
    ada,
    signIn: (email: string) => signIn(world.app, email),
    page,
    async draft(document: Partial<Document> = {}, name = "Won deals") {
      const full: Document = { object: "deal", triggers: [], steps: [], ...document };
      return createAutomation(world.engine, world.workspaceId, { name, document: full }, world.by);
    },
  };
}

export type EditorWorld = Awaited<ReturnType<typeof editorWorld>>;

async function signIn(app: Parameters<typeof request>[0], email: string) {
  const agent = request.agent(app);
  const login = formsOf((await agent.get("/login")).text);
  const sent = await agent.post("/login").type("form").send({ ...login.fields("/login"), email, password });
  if (sent.status !== 303) throw new Error(`The login answered ${sent.status}: ${sent.text.slice(0, 300)}`);
  return agent;
}
