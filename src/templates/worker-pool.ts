import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { messageOf } from "../shared/errors.js";
import type { Scope } from "./scope.js";
import { TemplateError, type TemplateFault } from "./template-error.js";

/** What is asked of a worker: a JSON value to resolve, or a text to render. */
export type Task = { scope: Scope } & ({ value: unknown } | { text: string });

/** What comes back: the result, or the members of the TemplateError it failed with. */
export type Reply =
  | { ready: true }
  | { result: unknown }
  | { fault: TemplateFault; message: string; variable?: string };

const size = 2;
const deadlineMs = 500;
const startMs = 20_000;
const maxQueue = 1000;
const memory = { maxOldGenerationSizeMb: 96, stackSizeMb: 4 };

type Job = { task: Task; done(result: unknown): void; failed(error: Error): void };
type Seat = { worker: Worker; job: Job | undefined; timer: NodeJS.Timeout | undefined; ready: boolean };

const seats = new Set<Seat>();
const queue: Job[] = [];

/** Renders in a worker thread, stopped for good after 500 ms of work; another takes its place. Idle workers keep no process alive. */
export function inWorker(task: Task): Promise<unknown> {
  return new Promise((done, failed) => {
    if (queue.length >= maxQueue) {
      failed(new TemplateError("template_limit", "Too many long templates are waiting to be rendered."));
      return;
    }
    queue.push({ task, done, failed });
    next();
  });
}

function next(): void {
  while (queue.length > 0) {
    const seat = [...seats].find((one) => !one.job) ?? (seats.size < size ? openSeat() : undefined);
    if (!seat) return;
    seat.job = queue.shift();
    seat.worker.ref();
    if (seat.ready) begin(seat);
  }
}

function openSeat(): Seat {
  const worker = startWorker();
  const seat: Seat = { worker, job: undefined, timer: undefined, ready: false };
  seat.timer = setTimeout(() => close(seat, new Error("The template worker did not start.")), startMs);
  worker.on("message", (reply: Reply) => receive(seat, reply));
  worker.on("error", (error) => close(seat, asFault(error)));
  worker.on("exit", () => close(seat, new Error("The template worker stopped.")));
  seats.add(seat);
  return seat;
}

/** The worker's file lies beside this one: JavaScript when compiled, else TypeScript, which threads need told how to load. */
function startWorker(): Worker {
  const options = { name: "templates", resourceLimits: memory, env: {} };
  if (!new URL(import.meta.url).pathname.endsWith(".ts"))
    return new Worker(new URL("./render-worker.js", import.meta.url), options);
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx/package.json"));
  const loader = JSON.stringify(new URL("./dist/esm/api/index.mjs", tsx).href);
  const file = JSON.stringify(new URL("./render-worker.ts", import.meta.url).href);
  return new Worker(`import(${loader}).then((tsx) => { tsx.register(); return import(${file}); })`, {
    ...options,
    eval: true,
  });
}

function begin(seat: Seat): void {
  const { job } = seat;
  if (!job) return;
  clearTimeout(seat.timer);
  seat.timer = setTimeout(() => close(seat, tooLong()), deadlineMs);
  try {
    seat.worker.postMessage(job.task);
  } catch {
    finish(seat, (one) => one.failed(new TemplateError("template_limit", "A value the template needs is not JSON.")));
  }
}

function receive(seat: Seat, reply: Reply): void {
  if ("ready" in reply) {
    seat.ready = true;
    clearTimeout(seat.timer);
    begin(seat);
  } else if ("result" in reply) {
    finish(seat, (job) => job.done(reply.result));
  } else {
    finish(seat, (job) => job.failed(new TemplateError(reply.fault, reply.message, reply.variable)));
  }
}

function finish(seat: Seat, answer: (job: Job) => void): void {
  const { job } = seat;
  clearTimeout(seat.timer);
  seat.job = undefined;
  seat.worker.unref();
  if (job) answer(job);
  next();
}

function close(seat: Seat, reason: Error): void {
  if (!seats.delete(seat)) return;
  void seat.worker.terminate();
  finish(seat, (job) => job.failed(reason));
}

function tooLong(): TemplateError {
  return new TemplateError("template_limit", "The template took too long to render.");
}

/** A worker that ran out of memory is the template's fault; any other end of it is ours. */
function asFault(error: unknown): Error {
  const { code } = error as { code?: unknown };
  if (code === "ERR_WORKER_OUT_OF_MEMORY")
    return new TemplateError("template_limit", "The template makes too much data.");
  return error instanceof Error ? error : new Error(messageOf(error));
}
