import { parseArgs } from "node:util";
import { messageOf, Problem } from "../shared/errors.js";
import { didYouMean } from "../shared/nearest.js";
import { type Command, type Given, type OptionName, options } from "./command.js";

/** What somebody asks for: a command with its words and options, the help (of one command, or of all), the version. */
export type Asked = { run: Command; given: Given } | { help: Command | null } | { version: true };

const always = { help: { type: "boolean", short: "h" }, version: { type: "boolean", short: "v" } } as const;

/**
 * Reads what stands behind `millrace`. Throws a Problem that says what cannot be understood, followed by how the command
 * is written: an unknown command or option, an option without its value, a word too few or too many.
 */
export function readCommand(args: readonly string[], commands: Record<string, Command>): Asked {
  const [name = ""] = args;
  if (name === "" || name === "--help" || name === "-h" || name === "help")
    return { help: commands[args[1] ?? ""] ?? null };
  if (name === "--version" || name === "-v") return { version: true };
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command)
    throw new Problem(
      400,
      "usage",
      `There is no command "${name}".${didYouMean(name, Object.keys(commands))} \`millrace --help\` lists them all.`,
    );
  const taken = Object.fromEntries(command.options.map((option) => [option, options[option]]));
  const { values, positionals } = parsed(args.slice(1), taken, command);
  if (values["help"] === true) return { help: command };
  if (values["version"] === true) return { version: true };
  const given = { words: positionals, options: values };
  const wrong = wordsFault(positionals, command.forms);
  if (wrong) throw misused(command, wrong);
  return { run: command, given };
}

function parsed(args: string[], taken: Partial<typeof options>, command: Command) {
  try {
    const { values, positionals } = parseArgs({ args, options: { ...taken, ...always }, allowPositionals: true });
    const read: Given["options"] = {};
    for (const [name, value] of Object.entries(values)) if (typeof value !== "object") read[name] = value;
    return { values: read, positionals };
  } catch (error) {
    const option = /'(-[\w-]+)/.exec(messageOf(error))?.[1] ?? "";
    const known = [...command.options, ...Object.keys(always)].map((one) => `--${one}`);
    const unknown = option !== "" && !known.includes(option);
    throw misused(
      command,
      unknown ? `It takes no option ${option}.${nearOnly(option, known)}` : `${messageOf(error).split(". ")[0]}.`,
    );
  }
}

/** A known name that is near, without the list of all: the usage that follows shows them. */
function nearOnly(option: string, known: string[]): string {
  const near = didYouMean(option, known);
  return near.includes("Did you mean") ? near : "";
}

/** What is wrong with the words: null when they fit one of the forms, where a word in capitals stands for any. */
function wordsFault(words: string[], forms: readonly string[]): string | null {
  const shapes = forms.map((form) => wordsOf(form));
  const isSame = (word: string, expected: string | undefined) => word === expected || isPlace(expected);
  if (shapes.some((shape) => shape.length === words.length && words.every((word, at) => isSame(word, shape[at]))))
    return null;
  const begun = shapes.filter((shape) => isSame(words[0] ?? "", shape[0]));
  const shape = begun.find((one) => one.length > words.length) ?? begun[0];
  if (words.length === 0 && (shapes[0]?.length ?? 0) > 0)
    return `A word is missing: ${shapes.map(([one]) => one).join(", ")}.`;
  if (!shape)
    return shapes.every((one) => one.length === 0)
      ? `"${words[0]}" is a word too many.`
      : `"${words[0]}" is not known here.${nearOnly(
          words[0] ?? "",
          shapes.map(([one = ""]) => one),
        )}`;
  if (shape.length > words.length) return `${shape[words.length]} is missing.`;
  return `"${words[shape.length]}" is a word too many.`;
}

function isPlace(word: string | undefined): boolean {
  return word !== undefined && /^[A-Z-]+$/.test(word);
}

/** The words of a form, without the command's own name and its options. */
function wordsOf(form: string): string[] {
  return form
    .replace(/\[[^\]]*\]|--[\w-]+( [A-Z-]+)?/g, "")
    .trim()
    .split(/\s+/)
    .slice(1);
}

function misused(command: Command, what: string): Problem {
  return new Problem(400, "usage", `${what}\n\n${usageOf(command)}`);
}

/** How a command is written, and what it does. */
export function usageOf({ forms, what }: Command): string {
  return `${forms.map((form, at) => `${at === 0 ? "Usage: " : "       "}millrace ${form}`).join("\n")}\n${what}.`;
}

/** All commands, and what holds for each. */
export function helpOf(commands: Record<string, Command>): string {
  const lines = Object.values(commands).map(
    ({ forms, what }) => `${forms.map((form) => `  millrace ${form}\n`).join("")}      ${what}\n`,
  );
  return `Usage:
${lines.join("")}
  millrace --version
  millrace COMMAND --help

Settings come from the environment, and from a file .env in the folder where it is started: DATABASE_URL, PORT, BASE_URL,
SECRET_KEY, SMTP_URL and others; docs/settings.md lists them. What went wrong is said on standard error, once. The exit
code is 0 when all went well and 1 when something was refused, has failed, or was found wrong.
`;
}

export type { OptionName };
