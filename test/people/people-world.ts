import { createUser, notificationsOf } from "../../src/crm/index.js";
import type { Dialect } from "../../src/db/index.js";
import { startManually } from "../../src/enrollments/index.js";
import type { Step } from "../../src/graph/index.js";
import { decide, questionsFor, remindPeople } from "../../src/people/index.js";
import { engineWorld } from "../support/engine-world.js";

/** An engine with Bob and Cleo beside Ada, and what the tests of questions have in common. */
export async function peopleWorld(dialect: Dialect) {
  const world = await engineWorld(dialect);
  const { engine, workspaceId } = world;
  const person = (name: string) =>
    createUser(engine, { workspaceId, name, email: `${name.toLowerCase()}@demo.test`, role: "operator" });
  const [bob, cleo, dan] = [await person("Bob"), await person("Cleo"), await person("Dan")];
  const ended = (key: string): Step => ({ key, kind: "set_variables", config: { values: { left: key } } });
  return {
    ...world,
    bob,
    cleo,
    dan,
    /** Everything there is to do now, people told. */
    async drain() {
      do await world.drain();
      while ((await remindPeople(engine)) > 0);
      await world.drain();
    },
    /** Asks by a step of some kind; returns the run and the question. */
    async ask(kind: "approval" | "human_task", config: Step["config"]) {
      const ports = kind === "approval" ? ["approved", "rejected", "timeout"] : ["done", "timeout"];
      const steps: Step[] = [
        { key: "ask", kind, config, next: Object.fromEntries(ports.map((port) => [port, port])) },
        ...ports.map(ended),
      ];
      const { id } = await world.automation({ steps, outputs: { left: "{{ vars.left }}" } }, "Discount", "graph");
      const { id: runId } = await startManually(
        engine,
        workspaceId,
        id,
        { recordId: (await world.deal()).id },
        world.by,
      );
      await this.drain();
      const [question] = (await questionsFor(engine, workspaceId)).data.filter((one) => one.runId === runId);
      if (!question) throw new Error(`Nobody was asked: ${JSON.stringify((await world.run(runId)).steps)}`);
      return { runId, id: question.id, question };
    },
    decide: (id: string, user: { id: string; name: string }, decision: "approved" | "rejected", comment?: string) =>
      decide(engine, workspaceId, id, { id: user.id, name: user.name, overrides: false }, { decision, comment }),
    mine: async (user: { id: string }) =>
      (await questionsFor(engine, workspaceId, { userId: user.id })).data.map(({ id }) => id),
    told: async (user: { id: string }) => (await notificationsOf(engine, user.id)).map(({ title }) => title).reverse(),
  };
}
