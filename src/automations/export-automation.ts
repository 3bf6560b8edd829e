import type { Document, Form, Step, Trigger } from "../graph/index.js";
import { type AutomationRoom, getAutomation, getVersion } from "./automation.js";
import { automationNamed } from "./check/automation-named.js";

/**
 * An automation as a file: it holds no date and no name of a workspace, and other automations by their names instead of
 * their ids, so that it means the same everywhere. An id stays where its automation is gone or an older one has its name.
 */
export type Definition = {
  millrace: 1;
  name: string;
  description: string;
  form: Form;
  tags: string[];
  document: Document;
};

/** The latest version of an automation (or the one named) as a definition. The same automation gives the same bytes. */
export async function exportAutomation(
  room: AutomationRoom,
  workspaceId: string,
  id: string,
  version?: number,
): Promise<Definition> {
  const automation = await getAutomation(room, workspaceId, id);
  const { document, form } = await getVersion(room, automation, version);
  const { name, description, tags } = automation;
  return { millrace: 1, name, description, form, tags, document: await withNames(room, workspaceId, document) };
}

async function withNames(room: AutomationRoom, workspaceId: string, document: Document): Promise<Document> {
  const nameOf = async (given: string) => {
    const found = await automationNamed(room, workspaceId, given);
    const back = found && (await automationNamed(room, workspaceId, found.name));
    return found && back?.id === found.id ? found.name : given;
  };
  const steps = document.steps.map(async (step): Promise<Step> => {
    const { automation } = step.config;
    if (step.kind === "unmapped" || typeof automation !== "string" || automation === "") return step;
    return { ...step, config: { ...step.config, automation: await nameOf(automation) } };
  });
  const triggers = document.triggers.map(async (trigger): Promise<Trigger> => {
    const { automation } = trigger;
    return trigger.kind === "automation" && typeof automation === "string"
      ? { ...trigger, automation: await nameOf(automation) }
      : trigger;
  });
  return { ...document, triggers: await Promise.all(triggers), steps: await Promise.all(steps) };
}

/** A definition as the text of a file: two spaces, a line feed at the end, members in the order they were written in. */
export function definitionText(definition: Definition): string {
  return `${JSON.stringify(definition, null, 2)}\n`;
}
