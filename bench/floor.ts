import { type Connection, createConnection } from "mysql2/promise";

/** How many units a second one connection manages, by hand: read one row, update one, insert two, commit. */
export async function transactionsFloor(
  url: string,
  connections: number,
  perTransaction: number,
  seconds: number,
): Promise<number> {
  const all = await Promise.all(Array.from({ length: connections }, () => createConnection(url)));
  const [first] = all;
  if (!first) return 0;
  await first.query("CREATE TABLE IF NOT EXISTS floor_rows (id INT PRIMARY KEY, n INT NOT NULL)");
  await first.query(
    "CREATE TABLE IF NOT EXISTS floor_log (id BIGINT AUTO_INCREMENT PRIMARY KEY, rowId INT NOT NULL, payload VARCHAR(300) NOT NULL)",
  );
  await first.query(
    `INSERT IGNORE INTO floor_rows VALUES ${Array.from({ length: 5_000 }, (_, id) => `(${id}, 0)`).join(",")}`,
  );
  let units = 0;
  const until = Date.now() + seconds * 1_000;
  await Promise.all(
    all.map(async (connection, worker) => {
      for (let turn = 0; Date.now() < until; turn++) {
        await connection.beginTransaction();
        for (let unit = 0; unit < perTransaction; unit++)
          await oneUnit(connection, (worker * 499 + turn * perTransaction + unit) % 5_000);
        await connection.commit();
        units += perTransaction;
      }
    }),
  );
  await first.query("DROP TABLE floor_rows, floor_log");
  await Promise.all(all.map((connection) => connection.end()));
  return units / seconds;
}

async function oneUnit(connection: Connection, id: number): Promise<void> {
  await connection.execute("SELECT n FROM floor_rows WHERE id = ?", [id]);
  await connection.execute("UPDATE floor_rows SET n = n + 1 WHERE id = ?", [id]);
  await connection.execute("INSERT INTO floor_log (rowId, payload) VALUES (?, ?), (?, ?)", [
    id,
    "x".repeat(200),
    id,
    "y".repeat(200),
  ]);
}
