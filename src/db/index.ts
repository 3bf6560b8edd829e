export { addTo } from "./add-to.js";
export { databaseClock } from "./clock.js";
export {
  boolean,
  type Column,
  type Columns,
  checked,
  code,
  id,
  instant,
  integer,
  json,
  longText,
  money,
  type NewRow,
  number,
  optional,
  primary,
  type RowOf,
  serial,
  text,
} from "./columns.js";
export { connect } from "./connect.js";
export type { Param, Row } from "./connection.js";
export { createDatabase, type Database, type Dialect, marks, quote, type Tx } from "./database.js";
export { breaksTransaction, isDuplicate, isRetryable, isTrouble } from "./database-errors.js";
export { fromColumn, toColumn } from "./json-column.js";
export { membersOfList } from "./json-list.js";
export { letOthersWrite, lockOrSkip, lockOrWait, nextStamp, stampOf } from "./lock.js";
export { migrate } from "./migrate.js";
export { byIndex, deleteSome } from "./portions.js";
export { ambientTransaction, timestampsOf, uniqueKeysOf } from "./sequelize-internals.js";
export { type Sql, type SqlDialect, sqlDialect } from "./sql-dialect.js";
export { definedTables, defineTable, type Find, type Table, type TableDefinition } from "./table.js";
