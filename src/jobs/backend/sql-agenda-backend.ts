import { type AgendaBackend, InMemoryNotificationChannel, type JobLogger } from "agenda";
import type { Database } from "../../db/index.js";
import { type Clock, systemClock } from "../../shared/clock.js";
import type { ForwardRepository } from "./bring-forward.js";
import { sqlJobLogger } from "./sql-job-logger.js";
import { sqlJobRepository } from "./sql-job-repository.js";

/**
 * Agenda on the CRM's own MySQL, MariaDB or SQLite, in the tables the migrations make. It behaves as Agenda's official
 * backends do, which one suite proves of it and of them, with differences for the better: a lock carries a token, so that
 * only its holder can save the job's state; `single` and `unique` hold under concurrent saves too; and the look for jobs of
 * several names is one statement. Notifications stay within this process.
 *
 * Millrace itself only moves one `single` job a name forward and rings it: saving, looking, locking, state. Querying,
 * disabling, `unique`, debouncing, repetition, progress and the job log are used by nothing here; they make this a full
 * backend, for a host that gives it to an Agenda of its own and for whatever Agenda itself calls next.
 */
export class SqlAgendaBackend implements AgendaBackend {
  readonly name: string;
  readonly repository: ForwardRepository;
  readonly logger: JobLogger;
  readonly notificationChannel = new InMemoryNotificationChannel();
  /** The connection is the caller's; stopping Agenda leaves it open. */
  readonly ownsConnection = false;

  constructor({ db, clock = systemClock }: { db: Database; clock?: Clock }) {
    this.name = db.product;
    this.repository = sqlJobRepository({ db, clock });
    this.logger = sqlJobLogger(db);
  }

  /** Nothing to open: the database is the caller's. */
  connect(): Promise<void> {
    return this.repository.connect();
  }

  /** Nothing to close: the database is the caller's. */
  async disconnect(): Promise<void> {}
}
