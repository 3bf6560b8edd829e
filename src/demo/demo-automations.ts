import type { NewAutomation } from "../automations/index.js";

const condition = (path: string, operator: string, value?: unknown) => ({
  id: path,
  fact: "record",
  path,
  operator,
  value,
});

/** The automations of the demo workspace: each shows another way to start, and all of them work as they are. */
export const demoAutomations: NewAutomation[] = [
  {
    name: "Hand over won deals",
    description: "A large deal is won: mark it, plan the kick-off, and thank the customer.",
    folder: "Sales",
    tags: ["handover"],
    document: {
      object: "deal",
      triggers: [{ key: "won", kind: "record.updated", fields: ["stage"], to: "won" }],
      conditions: { all: [condition("amount", "greaterThan", 10_000)] },
      steps: [
        {
          key: "mark",
          kind: "record.update",
          name: "Mark as onboarding",
          config: { values: { status: "onboarding" } },
        },
        {
          key: "kick_off",
          kind: "task.create",
          name: "Plan the kick-off",
          config: {
            title: "Plan the kick-off for {{ record.name }}",
            body: "Won for {{ record.amount | money }}. Agree on a date with the customer.",
            assignee: "owner",
            dueIn: "3d",
          },
        },
        {
          key: "thank",
          kind: "email.send",
          name: "Thank the customer",
          config: {
            to: "{{ record.contact.email }}",
            subject: "Welcome aboard: {{ record.name }}",
            body: "Hello {{ record.contact.name }},\n\nthank you for choosing us. We will be in touch within three days about **{{ record.name }}**.",
            class: "transactional",
          },
          onError: { policy: "continue" },
        },
      ],
    },
  },
  {
    name: "Remind before a renewal",
    description: "Sixty days before a renewal the owner gets a task; the date may move.",
    folder: "Customer success",
    tags: ["renewal"],
    document: {
      object: "deal",
      triggers: [{ key: "renewal", kind: "date", field: "renewalDate", offset: "-60d", time: "09:00" }],
      conditions: { all: [condition("stage", "equal", "won")] },
      steps: [
        {
          key: "prepare",
          kind: "task.create",
          name: "Prepare the renewal",
          config: {
            title: "Prepare the renewal of {{ record.name }}",
            body: "It renews on {{ record.renewalDate }}.",
            assignee: "owner",
            dueIn: "2w",
          },
        },
        {
          key: "tell",
          kind: "notify",
          name: "Tell the owner",
          config: { to: { owner: true }, title: "{{ record.name }} renews in 60 days" },
        },
      ],
    },
  },
  {
    name: "Welcome new contacts",
    description: "Whoever joins the newsletter gets a short welcome.",
    folder: "Marketing",
    tags: ["newsletter"],
    document: {
      object: "contact",
      triggers: [{ key: "created", kind: "record.created" }],
      conditions: { all: [condition("subscribed", "equal", true), condition("email", "isNotEmpty")] },
      enrollment: { reenter: "once" },
      steps: [
        {
          key: "welcome",
          kind: "email.send",
          name: "Send the welcome",
          config: {
            to: "{{ record.email }}",
            subject: "Welcome, {{ record.name }}",
            body: "Good to have you here. Once a month we write about what is new.",
            class: "marketing",
          },
        },
      ],
    },
  },
  {
    name: "Ask for an update",
    description: "From a deal's page: ask its owner a question and get a task for it.",
    folder: "Sales",
    tags: [],
    document: {
      object: "deal",
      triggers: [{ key: "ask", kind: "manual", label: "Ask for an update", availability: ["record", "bulk"] }],
      inputs: {
        type: "object",
        properties: { question: { type: "string", title: "What do you want to know?", minLength: 1, maxLength: 500 } },
        required: ["question"],
      },
      steps: [
        {
          key: "ask",
          kind: "task.create",
          name: "Ask the owner",
          config: {
            title: "Update on {{ record.name }}",
            body: "{{ inputs.question }}",
            assignee: "owner",
            dueIn: "1d",
          },
        },
      ],
    },
  },
];
