/** What the rows of a table are, the file under `src/` that writes them, and when they are forgotten. */
export type Life = { table: string; row: string; writer: string; forgotten: string };
