export { createApiKey } from "./api-keys.js";
export { createApp } from "./app.js";
export type { HostUser, WebOptions } from "./options.js";
export { hashPassword, newPassword } from "./passwords.js";
export { isRole, type Role, roles } from "./roles.js";
export { serve, stopServing } from "./serve.js";
