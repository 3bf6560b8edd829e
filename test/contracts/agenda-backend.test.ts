import { dialects } from "../support/databases.js";
import { fencing, locking } from "./agenda-backend/locking.js";
import { logging } from "./agenda-backend/logging.js";
import { notifying } from "./agenda-backend/notifying.js";
import { querying } from "./agenda-backend/querying.js";
import { running } from "./agenda-backend/running.js";
import { saving } from "./agenda-backend/saving.js";
import { otherSubject, type Subject, sqlSubject } from "./agenda-backend/subject.js";
import { unique, uniqueAmongMany } from "./agenda-backend/unique.js";

/** The promises of an Agenda backend, each kept on an empty store. */
function anAgendaBackend(name: string, make: () => Promise<Subject>, ours: boolean): void {
  describe(`an Agenda backend: ${name}`, () => {
    let subject: Subject;
    const current = () => subject;
    before(async () => {
      subject = await make();
      await subject.backend.connect();
    });
    beforeEach(async () => {
      await subject.backend.repository.purgeAllJobs();
      await subject.backend.logger?.clearLogs();
    });
    after(() => subject.close());

    describe("saving", () => saving(current));
    describe("unique jobs", () => unique(current));
    describe("querying", () => querying(current));
    describe("locking", () => locking(current));
    describe("logging", () => logging(current));
    describe("with Agenda", () => running(current));
    if (!ours) return;
    describe("notifications", () => notifying(current));
    describe("a lock's owner", () => fencing(current));
    describe("unique jobs among many", () => uniqueAmongMany(current));
  });
}

for (const dialect of dialects) anAgendaBackend(dialect, () => sqlSubject(dialect), true);
if (process.env["TEST_AGENDA_BACKEND"]) anAgendaBackend(process.env["TEST_AGENDA_BACKEND"], otherSubject, false);
