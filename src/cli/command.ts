/** What a command is given: the words after its name, and the options. */
export type Given = { words: string[]; options: Record<string, string | boolean | undefined> };

/** One command of the command line. */
export type Command = {
  /** Its ways to be written, one a line: words in capitals stand for what a person fills in. */
  readonly forms: readonly string[];
  readonly what: string;
  /** The names of the options it takes. */
  readonly options: readonly OptionName[];
  run(given: Given): Promise<void>;
};

/** Every option there is; a command takes only those it names. */
export const options = {
  down: { type: "boolean" },
  yes: { type: "boolean", short: "y" },
  quiet: { type: "boolean" },
  invariants: { type: "boolean" },
  json: { type: "boolean" },
  workspace: { type: "string", default: "demo" },
  role: { type: "string", default: "admin" },
  name: { type: "string" },
  email: { type: "string" },
  timezone: { type: "string" },
  record: { type: "string" },
  inputs: { type: "string" },
  wait: { type: "string" },
  only: { type: "string" },
  note: { type: "string" },
  "ignore-tests": { type: "boolean" },
  force: { type: "boolean" },
} as const;

export type OptionName = keyof typeof options;
