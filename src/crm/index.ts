export type { Actor, Ancestor, Cause, FieldChange } from "../events/index.js";
export { type BulkResult, type BulkWork, bulkWrite } from "./bulk-write.js";
export { createRecord, createRecords } from "./create-record.js";
export type { FieldInput } from "./custom-field.js";
export { defineField, defineObject, type ObjectInput, removeField } from "./define-custom.js";
export { definePipeline, pipelinesOf } from "./define-pipeline.js";
export { deleteRecord, restoreRecord } from "./delete-record.js";
export { fieldTypes } from "./field-types.js";
export { type FindOptions, type Found, findRecords } from "./find/find-records.js";
export { getRecord, getRecords } from "./get-record.js";
export { type ImportResult, importCsv } from "./import-csv.js";
export { type Link, linkedRecords, linkRecords, type Target, unlinkRecords } from "./links.js";
export { addToList, listMembers, listsOf, removeFromList } from "./lists.js";
export { markNotificationsRead, type Notification, notificationsOf, notifyUser } from "./notification.js";
export { createObjectTable, type ObjectTable } from "./object-table.js";
export type { Pipeline, Stage } from "./pipeline.js";
export {
  type Field,
  type FieldType,
  factsOf,
  type Host,
  type ObjectType,
  type Option,
  type RecordRow,
  type RecordWrite,
} from "./record.js";
export { relatedStamp, withRelated } from "./related.js";
export { describeObject, objectsOf } from "./schema.js";
export { type Seeded, seedDemo } from "./seed-demo.js";
export { updateRecord } from "./update-record.js";
export {
  createUser,
  getUser,
  listUsers,
  type NewUser,
  passwordHashOf,
  type Role,
  type User,
  updateUser,
  userByEmail,
  usersByRole,
} from "./user.js";
export type { WatchOptions } from "./watch/describe-model.js";
export { watchModel } from "./watch/watch-model.js";
export {
  createWorkspace,
  ensureWorkspace,
  isZone,
  listWorkspaces,
  updateWorkspace,
  type Workspace,
  type WorkspaceSettings,
  workspaceById,
  workspaceBySlug,
} from "./workspace.js";
