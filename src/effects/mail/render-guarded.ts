import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import pLimit from "p-limit";
import type { MailParts, Renderable } from "./render-mail.js";

/** A body up to this long is rendered within some tens of milliseconds, whatever stands in it. */
const SHORT = 8_000;

/** Starting the thread counts too. */
const DEADLINE_MS = 10_000;

const FAULT = "The body cannot be rendered.";

/** Threads are made for one mail each, which is rare enough; two at a time. */
const oneOfTwo = pLimit(2);

/**
 * `renderMail` that cannot stall the process: a long body is rendered in a thread of its own, stopped for good when it
 * takes too long. A text instead says why there is no mail.
 */
export async function renderGuarded(message: Renderable, deadlineMs = DEADLINE_MS): Promise<MailParts | string> {
  const { body, format, class: kind } = message;
  if (body.length > SHORT) return oneOfTwo(() => inThread({ body, format, class: kind }, deadlineMs));
  // What renders is loaded with the first mail: it takes half a second and 10 MiB.
  const { renderMail } = await import("./render-mail.js");
  try {
    return renderMail(message);
  } catch {
    return FAULT;
  }
}

function inThread(message: Renderable, deadlineMs: number): Promise<MailParts | string> {
  return new Promise((resolve) => {
    const worker = startWorker(message);
    const end = (outcome: MailParts | string) => {
      clearTimeout(timer);
      void worker.terminate();
      resolve(outcome);
    };
    const timer = setTimeout(() => end("The body takes too long to render."), deadlineMs);
    worker.once("message", end);
    worker.once("error", () => end(FAULT));
    worker.once("exit", () => end(FAULT));
  });
}

/** The worker's file lies beside this one: JavaScript when compiled, else TypeScript, which threads need told how to load. */
function startWorker(workerData: Renderable): Worker {
  const options = {
    name: "mail",
    workerData,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 128, stackSizeMb: 4 },
  };
  if (!import.meta.url.endsWith(".ts")) return new Worker(new URL("./render-worker.js", import.meta.url), options);
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx/package.json"));
  const loader = JSON.stringify(new URL("./dist/esm/api/index.mjs", tsx).href);
  const file = JSON.stringify(new URL("./render-worker.ts", import.meta.url).href);
  const code = `import(${loader}).then((tsx) => { tsx.register(); return import(${file}); })`;
  return new Worker(code, { ...options, eval: true });
}
