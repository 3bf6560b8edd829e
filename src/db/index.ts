export { databaseClock } from "./clock.js";
export { connect } from "./connect.js";
export type { Param, Row } from "./connection.js";
export { createDatabase, type Database, type Dialect, marks, quote, type Tx } from "./database.js";
export { breaksTransaction, isDuplicate } from "./database-errors.js";
export { fromColumn, toColumn } from "./json-column.js";
export { membersOfList } from "./json-list.js";
export { letOthersWrite, lockOrSkip, lockOrWait, nextStamp } from "./lock.js";
export { migrate } from "./migrate.js";
