import { type AgendaBackend, InMemoryNotificationChannel, type JobLogger, type JobRepository } from "agenda";
import type { Database } from "../../db/index.js";
import { type Clock, systemClock } from "../../shared/clock.js";
import { sqlJobLogger } from "./sql-job-logger.js";
import { sqlJobRepository } from "./sql-job-repository.js";

/**
 * Agenda on the CRM's own MySQL, MariaDB or SQLite, in the tables the migrations make. It behaves as Agenda's official
 * backends do, with two differences for the better: a lock carries a token, so that only its holder can save the job's
 * state, and `single` and `unique` hold under concurrent saves too. Notifications stay within this process.
 */
export class SqlAgendaBackend implements AgendaBackend {
  readonly name: string;
  readonly repository: JobRepository;
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
