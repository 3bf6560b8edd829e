import express from "express";
import { createPool, type PoolConnection, type RowDataPacket } from "mysql2/promise";

/**
 * Job A by hand: the rows Millrace writes (change and event; then run, two actions with their events, two step rows, the
 * completion), with the same durability, batches of 100, and express in front. The floor Millrace is measured against.
 */
const pool = createPool({ uri: process.env["DATABASE_URL"] ?? "", connectionLimit: 16 });
let ringing = false;
let working = false;

const app = express();
app.use(express.json());
app.patch("/deals/:id", async (req, res) => {
  const connection = await pool.getConnection();
  try {
    await connection.beginTransaction();
    const [rows] = await connection.execute<RowDataPacket[]>(
      "SELECT id, amount, stage FROM hand_deals WHERE id = ? FOR UPDATE",
      [req.params.id],
    );
    const changes = JSON.stringify([{ field: "stage", old: rows[0]?.["stage"], new: req.body.stage }]);
    await connection.execute("UPDATE hand_deals SET stage = ?, version = version + 1 WHERE id = ?", [
      req.body.stage,
      req.params.id,
    ]);
    await connection.execute("INSERT INTO hand_events (recordId, changes, record) VALUES (?, ?, ?)", [
      req.params.id,
      changes,
      JSON.stringify({ ...rows[0], stage: req.body.stage }),
    ]);
    await connection.commit();
  } finally {
    connection.release();
  }
  res.json({ id: req.params.id });
  ring();
});

function ring(): void {
  ringing = true;
  if (!working) void work();
}

async function work(): Promise<void> {
  working = true;
  while (ringing) {
    ringing = false;
    const connection = await pool.getConnection();
    while ((await batch(connection)) > 0);
    connection.release();
  }
  working = false;
}

async function batch(connection: PoolConnection): Promise<number> {
  await connection.beginTransaction();
  const [events] = await connection.query<RowDataPacket[]>(
    "SELECT * FROM hand_events WHERE relayedAt IS NULL ORDER BY id LIMIT 100",
  );
  if (events.length === 0) {
    await connection.commit();
    return 0;
  }
  const matching = events.filter((event) => JSON.parse(String(event["record"])).amount > 1000);
  const now = Date.now();
  if (matching.length > 0)
    await connection.query("INSERT INTO hand_runs (id, recordId, status, queuedAt) VALUES ?", [
      matching.map((event) => [`r${event["id"]}`, event["recordId"], "running", now]),
    ]);
  await connection.query("UPDATE hand_events SET relayedAt = ? WHERE id IN (?)", [
    now,
    events.map((event) => event["id"]),
  ]);
  await connection.commit();
  if (matching.length === 0) return events.length;

  await connection.beginTransaction();
  const ids = matching.map((event) => event["recordId"]);
  await connection.query("SELECT * FROM hand_deals WHERE id IN (?) ORDER BY id FOR UPDATE", [ids]);
  for (const id of ids)
    await connection.execute("UPDATE hand_deals SET status = ?, version = version + 1 WHERE id = ?", [
      "onboarding",
      id,
    ]);
  await connection.query("INSERT INTO hand_tasks (id, deal, title) VALUES ?", [
    ids.map((id) => [`t${id}`, id, "Call the customer"]),
  ]);
  const happened = ids.flatMap((id) => [
    [id, '[{"field":"status","old":null,"new":"onboarding"}]', "{}", now],
    [`t${id}`, '[{"field":"title","old":null,"new":"Call the customer"}]', "{}", now],
  ]);
  await connection.query("INSERT INTO hand_events (recordId, changes, record, relayedAt) VALUES ?", [happened]);
  const steps = matching.flatMap((event) =>
    [1, 2].map((n) => [`r${event["id"]}`, n, "success", '{"values":{"status":"onboarding"}}', '{"id":"x"}', now]),
  );
  await connection.query("INSERT INTO hand_steps (runId, n, status, input, output, startedAt) VALUES ?", [steps]);
  await connection.query("UPDATE hand_runs SET status = 'completed', finishedAt = ? WHERE id IN (?)", [
    now,
    matching.map((event) => `r${event["id"]}`),
  ]);
  await connection.commit();
  return events.length;
}

const server = app.listen(Number(process.env["PORT"] ?? 0), "127.0.0.1", () =>
  process.send?.({ ready: server.address() }),
);
process.on("disconnect", () => process.exit(0));
