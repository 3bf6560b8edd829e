import { expect } from "chai";
import { commands } from "../../src/cli/commands.js";
import { readCommand } from "../../src/cli/read-command.js";
import { messageOf } from "../../src/shared/errors.js";

/** What the words are read as, or what is said of them. */
function read(line: string): string {
  try {
    const asked = readCommand(line.split(" ").filter(Boolean), commands);
    if ("help" in asked) return asked.help ? `help of ${asked.help.forms[0]?.split(" ")[0]}` : "help";
    if ("version" in asked) return "version";
    const { words, options } = asked.given;
    return `${asked.run.forms[0]?.split(" ")[0]} ${words.join(",")} ${JSON.stringify(options)}`;
  } catch (error) {
    return messageOf(error).replace("\n\n", " | ");
  }
}

const cases: [line: string, answer: RegExp][] = [
  ["", /^help$/],
  ["--help", /^help$/],
  ["help migrate", /^help of migrate$/],
  ["migrate --help", /^help of migrate$/],
  ["--version", /^version$/],
  ["-v", /^version$/],
  ["serve", /^serve {2}\{\}$/],
  ["serve now", /^"now" is a word too many\. \| Usage: millrace serve/],
  ["serv", /^There is no command "serv"\. Did you mean "serve"\?/],
  ["constructor", /^There is no command "constructor"/],
  ["migrate down", /^"down" is a word too many\. \| Usage: millrace migrate\n/],
  ["migrate --down --yes", /^migrate {2}\{"down":true,"yes":true\}$/],
  ["migrate --donw", /^It takes no option --donw\. Did you mean "--down"\? \|/],
  ["migrate --workspace demo", /^It takes no option --workspace\. \| Usage: millrace migrate/],
  ["api-key", /^A word is missing: create\. \| Usage: millrace api-key create/],
  ["api-key crate", /^"crate" is not known here\. Did you mean "create"\?/],
  ["api-key create --role", /argument missing\. \| Usage: millrace api-key/],
  ["api-key create me", /^"me" is a word too many/],
  ["api-key create --role viewer --quiet", /^api-key create \{.*"role":"viewer".*\}$/],
  ["workspace create", /^SLUG is missing\. \| Usage: millrace workspace create SLUG/],
  ["workspace create a b", /^"b" is a word too many/],
  ["automation", /^A word is missing: validate, import, export, run, test, publish\./],
  ["automation publsh x", /^"publsh" is not known here\. Did you mean "publish"\?/],
  ["automation run", /^ID is missing/],
  ["automation import a.json b.json", /^"b\.json" is a word too many/],
  ["automation run 7 --wait 10s", /^automation run,7 \{.*"wait":"10s".*\}$/],
  ["explain a", /^RECORD is missing/],
  ["backup", /^A word is missing: FILE\./],
  ["bench --only", /argument missing/],
  ["bench fill", /^bench fill /],
];

describe("the words of the command line", () => {
  for (const [line, answer] of cases)
    it(`millrace ${line}`, () => {
      expect(read(line)).to.match(answer);
    });
});
