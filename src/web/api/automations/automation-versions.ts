import { activate, getAutomation, listVersions, pause, restoreVersion } from "../../../automations/index.js";
import { publishTested } from "../../../insight/index.js";
import { runsInFlight, type StepMap } from "../../../runs/index.js";
import { iso } from "../../../shared/clock.js";
import { notFound } from "../../../shared/errors.js";
import { recordAudit } from "../../audit.js";
import { versionDiff } from "../../version-diff.js";
import { ok } from "../answer.js";
import { closed, listOf, type Route, ref } from "../route.js";
import { stepMap } from "./automation-moves.js";
import { automationAnswer } from "./automation-view.js";

const automation = ref("Automation");

/** What makes an automation run: publishing, switching on and off, and going back to what was. */
export const automationVersionRoutes: Route[] = [
  {
    method: "post",
    path: "/automations/:id/publications",
    role: "editor",
    tag: "Automations",
    summary: "Publish the draft",
    body: closed({
      note: { type: ["string", "null"], maxLength: 4000 },
      ignoreTests: { type: "boolean" },
      map: stepMap,
    }),
    bodyOptional: true,
    answer: {
      status: 201,
      schema: automation,
      description:
        "The draft is frozen and runs from now on. With a `map` runs at rest go over to it; see `…/moves`. 422 with every problem when it is not complete, or a test fails.",
    },
    async handle({ engine, workspace, actor, params, body }) {
      const note = typeof body["note"] === "string" ? body["note"] : null;
      const ignoreTests = body["ignoreTests"] === true;
      const map = body["map"] as StepMap | undefined;
      const published = await publishTested(
        engine,
        workspace.id,
        String(params["id"]),
        { note, ignoreTests, map },
        actor,
      );
      await recordAudit(engine, workspace.id, actor, "automation.published", published.id, {
        version: published.publishedVersion,
        note,
        ...(ignoreTests ? { ignoreTests } : {}),
        ...(map ? { map } : {}),
      });
      return automationAnswer(engine, published, 201);
    },
  },
  {
    method: "put",
    path: "/automations/:id/activation",
    role: "editor",
    tag: "Automations",
    summary: "Switch an automation on",
    answer: { status: 200, schema: automation, description: "It listens from now on." },
    async handle({ engine, workspace, actor, params }) {
      const active = await activate(engine, workspace.id, String(params["id"]));
      await recordAudit(engine, workspace.id, actor, "automation.activated", active.id);
      return automationAnswer(engine, active);
    },
  },
  {
    method: "delete",
    path: "/automations/:id/activation",
    role: "editor",
    tag: "Automations",
    summary: "Pause an automation",
    answer: { status: 200, schema: automation, description: "It starts no more runs; the running ones go on." },
    async handle({ engine, workspace, actor, params }) {
      const paused = await pause(engine, workspace.id, String(params["id"]));
      await recordAudit(engine, workspace.id, actor, "automation.paused", paused.id);
      return automationAnswer(engine, paused);
    },
  },
  {
    method: "get",
    path: "/automations/:id/versions",
    role: "viewer",
    tag: "Automations",
    summary: "Every version",
    answer: { status: 200, schema: listOf(ref("Version")), description: "Newest first, without the documents." },
    async handle({ engine, workspace, params }) {
      const versions = await listVersions(engine, workspace.id, String(params["id"]));
      const data = versions.map(({ version, form, state, etag, note, savedBy, savedAt, publishedBy, publishedAt }) => {
        return {
          version,
          form,
          state,
          ifVersion: etag,
          note,
          savedBy,
          savedAt: iso(savedAt),
          publishedBy,
          publishedAt: iso(publishedAt),
        };
      });
      return ok({ data, nextCursor: null });
    },
  },
  {
    method: "get",
    path: "/automations/:id/versions/:a/diff/:b",
    role: "viewer",
    tag: "Automations",
    summary: "Compare two versions",
    answer: {
      status: 200,
      schema: ref("VersionDiff"),
      description: "What changed from a to b: a sentence each, and every setting that differs.",
    },
    async handle({ engine, workspace, params }) {
      const asked = await getAutomation(engine, workspace.id, String(params["id"]));
      const [a, b] = [versionIn(params["a"]), versionIn(params["b"])];
      const { words, changes } = await versionDiff(engine, workspace, asked, a, b);
      return ok({ a, b, words, changes });
    },
  },
  {
    method: "get",
    path: "/automations/:id/impact",
    role: "viewer",
    tag: "Automations",
    summary: "Which runs publishing leaves under way",
    answer: {
      status: 200,
      schema: ref("Impact"),
      description:
        "How many stand at which step; `kept`: the latest version still has it. They finish on their version.",
    },
    handle: async ({ engine, workspace, params }) => ok(await runsInFlight(engine, workspace.id, String(params["id"]))),
  },
  {
    method: "post",
    path: "/automations/:id/versions/:n/restoration",
    role: "editor",
    tag: "Automations",
    summary: "Copy an old version into the draft",
    answer: { status: 201, schema: automation, description: "The draft; what runs stays as it is." },
    async handle({ engine, workspace, actor, params }) {
      const { id } = await getAutomation(engine, workspace.id, String(params["id"]));
      const version = versionIn(params["n"]);
      const restored = await restoreVersion(engine, workspace.id, id, version, actor);
      await recordAudit(engine, workspace.id, actor, "automation.restored", id, { version });
      return automationAnswer(engine, restored, 201);
    },
  },
];

function versionIn(text: string | undefined): number {
  if (text === undefined || !/^[1-9]\d{0,8}$/.test(text)) throw notFound("version", text ?? "");
  return Number(text);
}
