import { parentPort } from "node:worker_threads";
import { render, resolve } from "./render.js";
import { toTemplateError } from "./template-error.js";
import type { Reply, Task } from "./worker-pool.js";

function perform(task: Task): Reply {
  try {
    return { result: "text" in task ? render(task.text, task.scope) : resolve(task.value, task.scope) };
  } catch (error) {
    const { fault, message, variable } = toTemplateError(error);
    return variable === undefined ? { fault, message } : { fault, message, variable };
  }
}

parentPort?.on("message", (task: Task) => parentPort?.postMessage(perform(task)));
parentPort?.postMessage({ ready: true } satisfies Reply);
