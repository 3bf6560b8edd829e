export type { Actor, Ancestor, Cause, FieldChange } from "../events/index.js";
export { checkSearch, type FindOptions, type Found, findRecords } from "./find/find-records.js";
export { getRecord, getRecords } from "./find/get-record.js";
export type { Host } from "./host.js";
export type { FieldInput } from "./objects/custom-field.js";
export { defineField, defineObject, type ObjectInput, removeField } from "./objects/define-custom.js";
export { definePipeline, pipelinesOf } from "./objects/define-pipeline.js";
export type { WatchOptions } from "./objects/describe-model.js";
export { type FieldAt, fieldsOf, fieldTypes } from "./objects/field-types.js";
export { createObjectTable, type ObjectTable } from "./objects/object-table.js";
export type { Pipeline, Stage } from "./objects/pipeline.js";
export { describeObject, objectsOf } from "./objects/schema.js";
export { markNotificationsRead, type Notification, notificationsOf, notifyUser } from "./people/notification.js";
export {
  type Field,
  type FieldType,
  factsOf,
  type ObjectType,
  type Option,
  type RecordRow,
  type RecordWrite,
} from "./record.js";
export { type BulkResult, type BulkWork, bulkWrite } from "./records/bulk-write.js";
export { checkWritten } from "./records/check-written.js";
export { createRecord, createRecords } from "./records/create-record.js";
export { deleteRecord, restoreRecord } from "./records/delete-record.js";
export { type ImportResult, importCsv } from "./records/import-csv.js";
export { type Link, linkedRecords, linkRecords, type Target, unlinkRecords } from "./records/links.js";
export { addToList, listMembers, listsOf, removeFromList } from "./records/lists.js";
export { relatedStamp, withRelated } from "./records/related.js";
export { updateRecord } from "./records/update-record.js";
export { type Seeded, seedDemo } from "./seed-demo.js";
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
