import type { Request } from "express";
import type { Role } from "./access/roles.js";

/** Someone the embedding CRM has signed in, as its `currentUser` tells. */
export type HostUser = { id: string; name: string; email?: string; role?: Role; timezone?: string };

/** How the web part behaves. `createApp` lists what is asked of each. */
export type WebOptions = {
  /** Where people reach it from outside (`https://crm.example.com/automations`), for links in mails and cookies. */
  baseUrl: string;
  /** Keys that session cookies are signed with are derived from these; the first signs, all verify. */
  sessionSecrets: string[];
  /** Express' `trust proxy`: false, a number of proxies, or their addresses. */
  trustProxy: boolean | number | string;
  /** The workspace of people that a host signed in, and of the login page. */
  workspace: string;
  /** Set when Millrace is mounted in a host: who asks, or null for nobody. Then there is no login page of ours. */
  currentUser?: (req: Request) => HostUser | null | undefined | Promise<HostUser | null | undefined>;
  /** What must hold before `/health/ready` says so, by name; a throw is the reason it does not. */
  readiness?: Record<string, () => Promise<unknown>>;
};
