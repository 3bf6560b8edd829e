import { forbidden } from "../../shared/errors.js";

/** What a person or key may do, least first: look, run, build, administer. */
export const roles = ["viewer", "operator", "editor", "admin"] as const;

/** One of the four roles. */
export type Role = (typeof roles)[number];

/** True for a word that names a role. */
export function isRole(value: unknown): value is Role {
  return typeof value === "string" && (roles as readonly string[]).includes(value);
}

/** Whether `role` includes everything `needed` may do. */
export function includesRole(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/** 403 Problem unless `role` includes `needed`; the message names both, since the person is known by now. */
export function demandRole(role: Role, needed: Role): void {
  if (!includesRole(role, needed)) throw forbidden(`This needs the role ${needed}; yours is ${role}.`);
}
