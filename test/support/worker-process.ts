import { createMillrace } from "../../src/index.js";

/** A worker in a process of its own, for tests that kill it. It works on DATABASE_URL until it is killed. */
const millrace = await createMillrace();
await millrace.start();
process.send?.("ready");
process.on("SIGTERM", () => void millrace.stop().then(() => process.exit(0)));
