import { messageOf, Problem } from "../shared/errors.js";

/** Says what stopped a command on standard error, once and in a person's words, and ends the process with 1. */
export function exitWith(error: unknown): never {
  process.stderr.write(`${inWords(error)}\n`);
  process.exit(1);
}

/** The message, and below it each place at fault that it does not name already. */
function inWords(error: unknown): string {
  const message = systemWords(error) ?? messageOf(error);
  const errors = error instanceof Problem ? error.errors : [];
  const lines = errors
    .map(({ path, message: text }) => (path ? `${path}: ${text}` : text))
    .filter((line) => !message.includes(line));
  return [message, ...lines.map((line) => `  ${line}`)].join("\n");
}

/** What the system says of a port, in words. */
function systemWords(error: unknown): string | null {
  if (!(error instanceof Error) || !("syscall" in error) || error.syscall !== "listen") return null;
  const port = "port" in error ? error.port : "";
  const code = "code" in error ? error.code : "";
  if (code === "EADDRINUSE")
    return `Port ${port} is taken: another program, or another Millrace, listens there. Stop it, or set PORT to a free one.`;
  if (code === "EACCES") return `This user may not listen on port ${port}. Set PORT to one above 1023.`;
  return null;
}
