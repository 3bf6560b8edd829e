import type { Document } from "../../../graph/index.js";
import type { Icon } from "../icons.js";
import { t } from "../text.js";

/** A ready-made automation for a common goal, on the bundled CRM; the editor opens on it as a draft. */
export type Template = { key: string; icon: Icon; document: Document };

const all = (...leaves: Record<string, unknown>[]) => ({ all: leaves });
const leaf = (path: string, operator: string, value: unknown) => ({ fact: "record", path, operator, value });

/** Six goals that people come with; names and descriptions are in `locales/` under `templates`. */
export const templates: readonly Template[] = [
  {
    key: "welcomeLead",
    icon: "mail",
    document: {
      object: "contact",
      triggers: [{ key: "created", kind: "record.created" }],
      conditions: all(leaf("status", "equal", "lead"), leaf("email", "isNotEmpty", null)),
      steps: [
        {
          key: "welcome",
          kind: "email.send",
          config: {
            to: ["{{ record.email }}"],
            subject: "Welcome, {{ record.name }}",
            body: "Hello {{ record.name }},\n\nthank you for your interest. We will be in touch shortly.",
            format: "markdown",
            class: "transactional",
          },
        },
        { key: "call", kind: "task.create", config: { title: "Call {{ record.name }}", dueIn: "1d" } },
      ],
    },
  },
  {
    key: "dealWon",
    icon: "flag",
    document: {
      object: "deal",
      triggers: [{ key: "won", kind: "stage.changed", to: "won" }],
      steps: [
        { key: "onboard", kind: "record.update", config: { values: { status: "onboarding" } } },
        {
          key: "kickoff",
          kind: "task.create",
          config: { title: "Plan the kick-off with {{ record.name }}", dueIn: "2d" },
        },
      ],
    },
  },
  {
    key: "bigDeal",
    icon: "bell",
    document: {
      object: "deal",
      triggers: [{ key: "changed", kind: "record.updated", fields: ["amount"] }],
      conditions: all(leaf("amount", "greaterThan", 10_000)),
      enrollment: { reenter: "once" },
      steps: [
        {
          key: "tell",
          kind: "notify",
          config: { to: { role: "admin" }, title: "{{ record.name }} is now over 10,000" },
        },
      ],
    },
  },
  {
    key: "renewal",
    icon: "calendar-clock",
    document: {
      object: "deal",
      triggers: [{ key: "before", kind: "date", field: "renewalDate", offset: "-60d", time: "09:00" }],
      steps: [
        {
          key: "prepare",
          kind: "task.create",
          config: { title: "Prepare the renewal of {{ record.name }}", dueIn: "1w" },
        },
      ],
    },
  },
  {
    key: "staleDeals",
    icon: "clock",
    document: {
      object: "deal",
      triggers: [{ key: "weekly", kind: "schedule", cron: "0 8 * * 1" }],
      conditions: all(leaf("stage", "notIn", ["won", "lost"]), leaf("closeDate", "olderThan", "7d")),
      steps: [{ key: "ask", kind: "task.create", config: { title: "Is {{ record.name }} still alive?", dueIn: "2d" } }],
    },
  },
  {
    key: "callSystem",
    icon: "globe",
    document: {
      object: "deal",
      triggers: [{ key: "won", kind: "stage.changed", to: "won" }],
      steps: [
        {
          key: "post",
          kind: "http.request",
          config: {
            method: "POST",
            url: "https://example.com/orders",
            body: { deal: "{{ record.id }}", amount: "{{ record.amount }}" },
          },
          onError: { policy: "retry", attempts: 3, delay: "30s", factor: 2 },
        },
      ],
    },
  },
];

/** The templates as cards. */
export function templateCards(): { key: string; icon: Icon; name: string; text: string }[] {
  return templates.map(({ key, icon }) => ({
    key,
    icon,
    name: t(`templates.${key}.name`),
    text: t(`templates.${key}.text`),
  }));
}
