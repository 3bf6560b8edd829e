import { existsSync } from "node:fs";
import { join } from "node:path";
import { messageOf, Problem } from "../shared/errors.js";

/**
 * Reads `.env` of the folder we are started in, when there is one. What the environment says already wins. Tests
 * (NODE_ENV=test) say everything themselves.
 */
export function readEnvFile(): void {
  const file = join(process.cwd(), ".env");
  if (process.env["NODE_ENV"] === "test" || !existsSync(file)) return;
  try {
    process.loadEnvFile(file);
  } catch (error) {
    throw new Problem(500, "configuration", `The settings in ${file} cannot be read: ${messageOf(error)}`);
  }
}
