import { parentPort, workerData } from "node:worker_threads";
import { type Renderable, renderMail } from "./render-mail.js";

parentPort?.postMessage(renderMail(workerData as Renderable));
