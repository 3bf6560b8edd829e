import { dialects } from "../support/databases.js";
import { fencing, locking } from "./agenda-backend/locking.js";
import { logging } from "./agenda-backend/logging.js";
import { notifying } from "./agenda-backend/notifying.js";
import { querying, queryingData } from "./agenda-backend/querying.js";
import { running } from "./agenda-backend/running.js";
import { saving, savingAtOnce } from "./agenda-backend/saving.js";
import { type Current, postgresSubject, redisSubject, type Subject, sqlSubject } from "./agenda-backend/subject.js";
import { unique, uniqueAmongMany, uniqueByField } from "./agenda-backend/unique.js";

type Promises = Record<string, (current: Current) => void>;

/** What Agenda relies on: kept by every backend. */
const agendas: Promises = { saving, "unique jobs": unique, querying, locking, logging, "with Agenda": running };

/** What the one on Redis does not keep. */
const beyondRedis: Promises = { "unique fields": uniqueByField, "querying by data": queryingData };

/** Where ours promises more than Agenda's own. */
const ours: Promises = {
  "saving at once": savingAtOnce,
  notifications: notifying,
  "a lock's owner": fencing,
  "unique jobs among many": uniqueAmongMany,
};

/** The promises of an Agenda backend, each kept on an empty store. */
function anAgendaBackend(name: string, make: () => Promise<Subject>, promises: Promises): void {
  describe(`an Agenda backend: ${name}`, () => {
    let subject: Subject;
    before(async () => {
      subject = await make();
      await subject.backend.connect();
    });
    beforeEach(async () => {
      await subject.backend.repository.purgeAllJobs();
      await subject.backend.logger?.clearLogs();
    });
    after(() => subject.close());
    for (const [promise, keep] of Object.entries(promises)) describe(promise, () => keep(() => subject));
  });
}

for (const dialect of dialects)
  anAgendaBackend(dialect, () => sqlSubject(dialect), { ...agendas, ...beyondRedis, ...ours });
const { TEST_REDIS_URL: redis, TEST_POSTGRES_URL: postgres } = process.env;
if (redis) anAgendaBackend("Agenda's own on Redis", () => redisSubject(redis), agendas);
if (postgres)
  anAgendaBackend("Agenda's own on PostgreSQL", () => postgresSubject(postgres), { ...agendas, ...beyondRedis });
