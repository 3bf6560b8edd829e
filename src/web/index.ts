export { createApiKey } from "./access/api-keys.js";
export { hashPassword, newPassword } from "./access/passwords.js";
export { isRole, type Role, roles } from "./access/roles.js";
export { createApp } from "./app.js";
export type { HostUser, WebOptions } from "./options.js";
export { serve, stopServing } from "./serve.js";
