import { getMail, listMails, type Mail, type MailContent, type MailStatus } from "../../../effects/index.js";
import { includesRole } from "../../access/roles.js";
import { type PageRoute, param, queryText, withQuery } from "../page-route.js";
import { renderPage } from "../render.js";
import type { Visit } from "../site.js";
import { statusWord } from "../statuses.js";
import { t } from "../text.js";

const statuses: MailStatus[] = ["draft", "kept", "sent", "sending", "failed", "unknown"];

/** The mails automations wrote: kept here when no mail server is set, listed here in any case. */
export const outboxRoutes: PageRoute[] = [
  {
    method: "get",
    path: "/outbox",
    role: "viewer",
    async handle({ engine, visit, req, res }) {
      const status = statuses.find((one) => one === queryText(req, "status"));
      const cursor = queryText(req, "cursor");
      const page = await listMails(engine, visit.workspace.id, {
        limit: 50,
        ...(cursor ? { cursor } : {}),
        ...(status ? { status } : {}),
      });
      const options = [
        { value: "", label: t("filters.any") },
        ...statuses.map((value) => ({ value, label: statusWord(value) })),
      ];
      await renderPage(res, "outbox", {
        title: t("outbox.title"),
        note: t("outbox.note"),
        chip: {
          label: t("runs.status"),
          value: status ? statusWord(status) : t("filters.any"),
          on: status !== undefined,
          options: options.map(({ value, label }) => ({
            label,
            href: withQuery(req, visit.base, { status: value }),
            current: value === (status ?? ""),
          })),
        },
        rows: page.data.map((mail) => ({
          path: `/outbox/${mail.id}`,
          subject: mail.subject || t("outbox.noSubject"),
          to: mail.to.join(", "),
          status: mail.status,
          error: mail.error,
          at: mail.at,
          run: mail.runId ? `/runs/${mail.runId}` : null,
        })),
        first: cursor ? withQuery(req, visit.base, {}) : null,
        next: page.nextCursor ? withQuery(req, visit.base, { cursor: page.nextCursor }) : null,
      });
    },
  },
  {
    method: "get",
    path: "/outbox/:id",
    role: "viewer",
    async handle({ engine, visit, req, res }) {
      const mail = shownTo(visit, await getMail(engine, visit.workspace.id, param(req, "id")));
      await renderPage(res, "mail", {
        title: mail.subject || t("outbox.noSubject"),
        crumb: { label: t("outbox.title"), path: "/outbox" },
        mail: { ...mail, to: mail.to.join(", "), cc: mail.content.cc.join(", "), bcc: mail.content.bcc.join(", ") },
        bodyPath: `${visit.base}/outbox/${mail.id}/body`,
        run: mail.runId ? `/runs/${mail.runId}` : null,
        compose: mail.status === "draft" ? composeLink(mail) : null,
      });
    },
  },
  {
    method: "get",
    path: "/outbox/:id/body",
    role: "viewer",
    async handle({ engine, visit, req, res }) {
      const { content } = shownTo(visit, await getMail(engine, visit.workspace.id, param(req, "id")));
      // The author's HTML, shown inert: no scripts, no forms, nothing loaded, and only in our own frame.
      res.removeHeader("X-Frame-Options");
      res.set(
        "Content-Security-Policy",
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
      );
      res.set("Cache-Control", "private, no-store").type("html").send(content.html);
    },
  },
];

/** More text than this does not fit into an address that mail programs take. */
const MOST_TEXT = 1500;

/** The draft in the person's own mail program, where they change and send it; a long text is for them to copy. */
function composeLink({ to, subject, content }: Mail & { content: MailContent }): { href: string; whole: boolean } {
  const whole = content.text.length <= MOST_TEXT && content.attachments.length === 0;
  const parts = { subject, cc: content.cc.join(","), bcc: content.bcc.join(","), body: whole ? content.text : "" };
  const query = Object.entries(parts).flatMap(([name, part]) => (part ? [`${name}=${encodeURIComponent(part)}`] : []));
  const people = to.map((address) => encodeURIComponent(address)).join(",");
  return { href: `mailto:${people}?${query.join("&")}`, whole };
}

/** A mail as somebody may see it: the links by which others answer without signing in are for admins alone. */
function shownTo({ person }: Visit, mail: Mail & { content: MailContent }): Mail & { content: MailContent } {
  if (includesRole(person.role, "admin")) return mail;
  const hidden = (text: string) => text.replace(/\/decide\/[\w.~-]+/g, "/decide/…");
  return { ...mail, content: { ...mail.content, html: hidden(mail.content.html), text: hidden(mail.content.text) } };
}
