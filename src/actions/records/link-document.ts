import { iso } from "../../shared/clock.js";
import { addDuration } from "../../shared/duration.js";
import { isObject } from "../../shared/json.js";
import { type ActionKind, done, failed } from "../action.js";
import { withRecord } from "../record-target.js";
import { configOf, outputOf, recordPart } from "../schema-parts.js";
import { durationInWords } from "../words.js";

/** How long a link lasts when its config does not say. */
const DEFAULT_TIME = "1d";

/** Makes an address that leads to a document for a while, for people who are not signed in. */
export const linkDocument: ActionKind = {
  kind: "document.link",
  title: "Link to a document",
  group: "Records",
  description: "Makes an address that leads whoever has it to a document, until it expires.",
  config: configOf({
    document: {
      ...recordPart,
      title: "Document",
      description: "Its id. Leave it empty for the document this automation runs for.",
    },
    expiresIn: {
      title: "Lasts for",
      description: "Such as `1h` or `7d`.",
      type: "string",
      default: DEFAULT_TIME,
      "x-hint": "duration",
      format: "duration",
    },
  }),
  output: outputOf({
    url: { title: "Address", type: "string" },
    expiresAt: { title: "Until", type: "string" },
    name: { title: "Document", type: "string" },
  }),
  ports: ["success", "error"],
  effect: "none",
  sentence: (config) =>
    `make a link to the document that lasts ${durationInWords(config["expiresIn"] ?? DEFAULT_TIME)}`,
  async perform({ document, expiresIn }, step) {
    const id = isObject(document) ? document["id"] : document;
    const own = step.record?.object === "document" ? step.record : null;
    const target = id === undefined || id === "" ? own : { object: "document", id: String(id) };
    if (!target) return failed("no_record", "This step needs a document, and its setting names none.");
    return withRecord(target, step, async ({ id: documentId, values }) => {
      if (!values["url"]) return failed("no_address", "This document has no address to lead to.");
      const expiresAt = addDuration(step.now, String(expiresIn ?? DEFAULT_TIME), step.timezone);
      const url = step.outside.documentUrl(documentId, expiresAt);
      return done({ url, expiresAt: iso(expiresAt), name: values["name"] });
    });
  },
};
