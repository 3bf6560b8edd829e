import type { Request, RequestHandler } from "express";
import { ipKeyGenerator, rateLimit } from "express-rate-limit";
import { passwordHashOf, type User, userByEmail, workspaceBySlug } from "../../crm/index.js";
import type { Engine } from "../../runs/index.js";
import { Problem } from "../../shared/errors.js";
import { recordAudit } from "../audit.js";
import { verifyPassword } from "./passwords.js";
import { startSession } from "./sessions.js";

/** Failed logins allowed in a window, from one address and for one account. */
const WINDOW_MS = 15 * 60_000;
const PER_ADDRESS = 30;
const PER_ACCOUNT = 10;

/**
 * Throttles a login route: 429 after 30 failures from one address or 10 for one account in a quarter of an hour. Only
 * answers of 400 and more count. Needs the parsed form, whose field `email` names the account.
 */
export function throttleLogins(): RequestHandler[] {
  const shared = {
    windowMs: WINDOW_MS,
    skipSuccessfulRequests: true,
    standardHeaders: "draft-8" as const,
    legacyHeaders: false,
    handler: tooMany,
  };
  return [
    rateLimit({
      ...shared,
      limit: PER_ADDRESS,
      identifier: "address",
      keyGenerator: (req) => ipKeyGenerator(req.ip ?? ""),
    }),
    rateLimit({
      ...shared,
      limit: PER_ACCOUNT,
      identifier: "account",
      keyGenerator: (req) => `account:${emailOf(req)}`,
    }),
  ];
}

const tooMany: RequestHandler = (_req, _res, next) => {
  next(new Problem(429, "too_many_logins", "Too many failed logins. Wait a quarter of an hour, then try again."));
};

/**
 * Checks e-mail and password and begins a session. 401 `wrong_login` for an unknown address, a wrong password and a
 * closed account alike, after the same time.
 */
export async function signIn(
  engine: Engine,
  req: Request,
  login: { workspace: string; email: string; password: string },
): Promise<User> {
  const workspace = await workspaceBySlug(engine, login.workspace);
  const user = workspace && (await userByEmail(engine, workspace.id, login.email.trim()));
  const hash = user?.active ? await passwordHashOf(engine, user.workspaceId, user.id) : null;
  const right = await verifyPassword(login.password, hash);
  const actor = { type: "user" as const, id: user?.id ?? null, name: user?.name ?? login.email.slice(0, 190) };
  if (!user || !right) {
    if (workspace) await recordAudit(engine, workspace.id, actor, "login.failed", login.email.slice(0, 190));
    throw new Problem(401, "wrong_login", "That e-mail and password do not match an account.");
  }
  await startSession(req, user);
  await recordAudit(engine, user.workspaceId, actor, "login", user.email);
  return user;
}

function emailOf(req: Request): string {
  const email: unknown = (req.body as Record<string, unknown> | undefined)?.["email"];
  return typeof email === "string" ? email.trim().toLowerCase().slice(0, 190) : "";
}
