// The demo workspace as rows, for sequelize-cli's seeder and for start-up alike: people, companies, contacts, deals in
// every stage, tasks, notes, products, orders, conversations, a recommendation, two lists. Dates lie around `now` (milliseconds).

const day = 86_400_000;

const people = [
  ["admin", "Ada Lindqvist"],
  ["editor", "Erik Novak"],
  ["operator", "Olga Petrova"],
  ["viewer", "Victor Osei"],
];

const stages = [
  ["lead", "Lead", "open"],
  ["qualified", "Qualified", "open"],
  ["proposal", "Proposal", "open"],
  ["negotiation", "Negotiation", "open"],
  ["won", "Won", "won"],
  ["lost", "Lost", "lost"],
];

// name, domain, industry, employees, annual revenue, status, city, country, owner
const companies = [
  ["Northwind Logistics", "northwind.test", "Logistics", 420, 68_000_000, "customer", "Hamburg", "Germany", "editor"],
  ["Bluebird Software", "bluebird.test", "Software", 85, 9_400_000, "customer", "Tallinn", "Estonia", "operator"],
  [
    "Harbor & Sons",
    "harborsons.test",
    "Manufacturing",
    1200,
    310_000_000,
    "prospect",
    "Rotterdam",
    "Netherlands",
    "editor",
  ],
  ["Solstice Energy", "solstice.test", "Energy", 640, 150_000_000, "customer", "Aarhus", "Denmark", "operator"],
  ["Papyrus Books", "papyrus.test", "Retail", 60, 5_200_000, "customer", "Lisbon", "Portugal", "editor"],
  ["Alpine Outdoor", "alpine.test", "Retail", 210, 32_000_000, "prospect", "Innsbruck", "Austria", "operator"],
  ["Meridian Health", "meridian.test", "Healthcare", 980, 205_000_000, "prospect", "Lyon", "France", "editor"],
  ["Quantum Foods", "quantumfoods.test", "Food", 330, 47_000_000, "customer", "Bologna", "Italy", "operator"],
  ["Clearwater Labs", "clearwater.test", "Healthcare", 45, 3_100_000, "prospect", "Cork", "Ireland", "editor"],
  ["Kestrel Aviation", "kestrel.test", "Aerospace", 720, 180_000_000, "prospect", "Toulouse", "France", "operator"],
  ["Fjord Insurance", "fjord.test", "Insurance", 510, 260_000_000, "partner", "Bergen", "Norway", "editor"],
  ["Orchard Schools", "orchard.test", "Education", 150, 8_800_000, "former", "Leeds", "United Kingdom", "operator"],
];

// name, company (index), job title, status, tags, subscribed, source, owner
const contacts = [
  ["Hanna Brandt", 0, "Head of Operations", "customer", ["vip"], true, "Referral", "editor"],
  ["Tomas Keller", 0, "Fleet Manager", "customer", [], true, "Website", "editor"],
  ["Liis Tamm", 1, "CTO", "customer", ["vip", "newsletter"], true, "Conference", "operator"],
  ["Marko Saar", 1, "Developer", "customer", ["newsletter"], true, "Website", "operator"],
  ["Pieter de Vries", 2, "Procurement Lead", "prospect", [], false, "Cold call", "editor"],
  ["Sanne Bakker", 2, "Plant Director", "prospect", [], true, "Trade fair", "editor"],
  ["Freja Holm", 3, "Sustainability Officer", "customer", ["vip"], true, "Referral", "operator"],
  ["Anders Lund", 3, "CFO", "customer", [], false, "Referral", "operator"],
  ["Ines Carvalho", 4, "Owner", "customer", ["newsletter"], true, "Website", "editor"],
  ["Rui Matos", 4, "Buyer", "customer", [], true, "Website", "editor"],
  ["Lukas Gruber", 5, "Marketing Director", "prospect", ["newsletter"], true, "Trade fair", "operator"],
  ["Eva Moser", 5, "Store Manager", "lead", [], true, "Website", "operator"],
  ["Camille Laurent", 6, "Head of IT", "prospect", [], false, "Conference", "editor"],
  ["Hugo Petit", 6, "Clinic Director", "lead", [], true, "Website", "editor"],
  ["Giulia Ferri", 7, "COO", "customer", ["vip", "newsletter"], true, "Referral", "operator"],
  ["Paolo Conti", 7, "Quality Manager", "customer", [], true, "Website", "operator"],
  ["Aoife Byrne", 8, "Lab Director", "prospect", [], true, "Conference", "editor"],
  ["Sean Doyle", 8, "Research Lead", "lead", [], false, "Website", "editor"],
  ["Claire Dubois", 9, "VP Engineering", "prospect", [], true, "Trade fair", "operator"],
  ["Antoine Girard", 9, "Purchasing", "lead", [], true, "Cold call", "operator"],
  ["Ingrid Solberg", 10, "Partner Manager", "customer", ["partner"], true, "Referral", "editor"],
  ["Nils Haugen", 10, "Claims Director", "customer", ["partner"], false, "Referral", "editor"],
  ["Emma Clarke", 11, "Headteacher", "former", [], false, "Website", "operator"],
  ["Jack Foster", 11, "Bursar", "former", [], false, "Website", "operator"],
  ["Yara Haddad", null, "Consultant", "lead", ["press"], true, "Website", "editor"],
];

// name, amount, stage, company, contact, days to close, days to renewal or null, priority, owner
const deals = [
  ["Northwind fleet tracking", 48_000, "negotiation", 0, 0, 12, null, "high", "editor"],
  ["Northwind driver app", 9_500, "proposal", 0, 1, 25, null, "normal", "editor"],
  ["Northwind support plan", 14_400, "won", 0, 0, -40, 325, "normal", "editor"],
  ["Bluebird seats 2026", 22_000, "won", 1, 2, -75, 290, "normal", "operator"],
  ["Bluebird analytics add-on", 6_800, "qualified", 1, 3, 30, null, "low", "operator"],
  ["Harbor plant rollout", 125_000, "proposal", 2, 4, 45, null, "high", "editor"],
  ["Harbor pilot line", 18_500, "negotiation", 2, 5, 8, null, "high", "editor"],
  ["Solstice reporting", 31_000, "won", 3, 6, -20, 345, "normal", "operator"],
  ["Solstice grid extension", 88_000, "qualified", 3, 7, 60, null, "normal", "operator"],
  ["Papyrus web shop", 12_000, "won", 4, 8, -120, 45, "normal", "editor"],
  ["Papyrus loyalty cards", 4_200, "lead", 4, 9, 40, null, "low", "editor"],
  ["Alpine season campaign", 16_000, "proposal", 5, 10, 18, null, "normal", "operator"],
  ["Alpine store screens", 27_500, "lead", 5, 11, 70, null, "normal", "operator"],
  ["Meridian patient portal", 140_000, "qualified", 6, 12, 90, null, "high", "editor"],
  ["Meridian clinic pilot", 19_000, "negotiation", 6, 13, 6, null, "normal", "editor"],
  ["Quantum recipe database", 11_500, "won", 7, 14, -10, 355, "normal", "operator"],
  ["Quantum cold chain", 54_000, "proposal", 7, 15, 35, null, "high", "operator"],
  ["Clearwater lab inventory", 8_000, "negotiation", 8, 16, 4, null, "normal", "editor"],
  ["Clearwater data room", 3_900, "lead", 8, 17, 55, null, "low", "editor"],
  ["Kestrel maintenance log", 76_000, "qualified", 9, 18, 80, null, "high", "operator"],
  ["Kestrel spare parts portal", 41_000, "lead", 9, 19, 100, null, "normal", "operator"],
  ["Fjord partner portal", 36_000, "won", 10, 20, -60, 305, "normal", "editor"],
  ["Fjord claims intake", 62_000, "proposal", 10, 21, 28, null, "high", "editor"],
  ["Orchard licences", 7_200, "lost", 11, 22, -30, null, "low", "operator"],
  ["Orchard exam module", 5_600, "lost", 11, 23, -95, null, "low", "operator"],
  ["Northwind warehouse scan", 29_000, "lead", 0, 1, 65, null, "normal", "editor"],
  ["Bluebird premium support", 13_200, "negotiation", 1, 2, 10, null, "normal", "operator"],
  ["Solstice field app", 24_500, "lost", 3, 7, -15, null, "normal", "operator"],
  ["Quantum audit trail", 17_800, "qualified", 7, 14, 50, null, "normal", "operator"],
  ["Haddad advisory", 2_500, "lead", null, 24, 21, null, "low", "editor"],
];

// title, status, priority, due in days, assignee, deal (index)
const tasks = [
  ["Send revised offer", "open", "high", 1, "editor", 0],
  ["Call about pilot results", "open", "normal", 2, "editor", 6],
  ["Prepare demo environment", "open", "normal", 5, "operator", 11],
  ["Check security questionnaire", "open", "high", 3, "editor", 13],
  ["Kick-off meeting", "done", "normal", -18, "operator", 7],
  ["Ask for a reference", "open", "low", 10, "editor", 2],
  ["Follow up after the fair", "open", "normal", -2, "operator", 19],
  ["Collect signatures", "open", "high", 1, "editor", 17],
];

// body, author, deal (index)
const notes = [
  ["They compare us with one other vendor; price is not the main point.", "editor", 0],
  ["Wants a fixed go-live date in writing before signing.", "editor", 6],
  ["Budget is approved for this quarter only.", "operator", 16],
];

// name, SKU, price, category
const products = [
  ["Starter licence", "LIC-START", 290, "Licence"],
  ["Team licence", "LIC-TEAM", 990, "Licence"],
  ["Enterprise licence", "LIC-ENT", 4_900, "Licence"],
  ["Onboarding package", "SVC-ONB", 1_500, "Service"],
  ["Premium support, one year", "SVC-SUP", 2_400, "Service"],
  ["Training day", "SVC-TRN", 1_200, "Service"],
];

/** `[table, rows]` in the order they can be inserted. Every row of a table has the same columns. */
module.exports = function demoRows({ now, passwordHash, newId, slug = "demo" }) {
  const workspaceId = newId();
  const users = Object.fromEntries(people.map(([role]) => [role, newId()]));
  const base = (age) => ({
    id: newId(),
    workspaceId,
    version: 1,
    createdAt: now - age * day,
    updatedAt: now - age * day,
    deletedAt: null,
  });
  const date = (days) => (days === null ? null : new Date(now + days * day).toISOString().slice(0, 10));
  const idOf = (rows, index) => (index === null ? null : rows[index].id);

  const companyRows = companies.map(
    ([name, domain, industry, employees, annualRevenue, status, city, country, owner], n) => ({
      ...base(400 - n * 9),
      ...{ name, domain, industry, employees, annualRevenue, status, city, country, owner: users[owner] },
      ...{
        phone: `+49 30 55501${String(n).padStart(2, "0")}`,
        website: `https://${domain}`,
        description: null,
        custom: null,
      },
    }),
  );
  const contactRows = contacts.map(([name, company, jobTitle, status, tags, subscribed, source, owner], n) => {
    const at = company === null ? "haddad.test" : companies[company][1];
    return {
      ...base(380 - n * 7),
      ...{ name, jobTitle, status, source, subscribed, company: idOf(companyRows, company), owner: users[owner] },
      email: `${name.toLowerCase().replace(/[^a-z]+/g, ".")}@${at}`,
      phone: `+49 30 55502${String(n).padStart(2, "0")}`,
      tags: JSON.stringify(tags),
      birthday: n % 3 === 0 ? `19${70 + n}-0${1 + (n % 9)}-1${n % 9}` : null,
      city: company === null ? "Berlin" : companies[company][6],
      country: company === null ? "Germany" : companies[company][7],
      lastContactedAt: n % 4 === 0 ? null : now - n * day,
      emailSent: n % 4 !== 0,
      ...{ description: null, custom: null },
    };
  });
  const dealRows = deals.map(([name, amount, stage, company, contact, close, renewal, priority, owner], n) => ({
    ...base(200 - n * 6),
    ...{ name, amount, stage, priority, pipeline: "default", owner: users[owner] },
    status: stage === "won" || stage === "lost" ? "closed" : "open",
    closeDate: date(close),
    renewalDate: date(renewal),
    company: idOf(companyRows, company),
    contact: idOf(contactRows, contact),
    ...{ description: null, custom: null },
  }));
  const about = (deal) => ({ relatedObject: "deal", relatedId: dealRows[deal].id });
  const taskRows = tasks.map(([title, status, priority, due, assignee, deal]) => ({
    ...base(20),
    ...{ title, body: null, status, priority, dueAt: now + due * day, assignee: users[assignee] },
    completedAt: status === "done" ? now + due * day : null,
    ...about(deal),
    custom: null,
  }));
  const noteRows = notes.map(([body, author, deal]) => ({
    ...base(15),
    body,
    author: users[author],
    ...about(deal),
    custom: null,
  }));
  const productRows = products.map(([name, sku, price, category]) => ({
    ...base(390),
    ...{ name, sku, price, category, active: true, description: null, custom: null },
  }));
  const orderRows = [
    [1001, "shipped", 4_380, 2, 0, 2, "won", 35],
    [1002, "paid", 2_400, 8, 4, 9, "won", 30],
  ].map(([number, status, total, contact, company, deal, _stage, age]) => ({
    ...base(age),
    ...{ number: `SO-${number}`, status, total, placedAt: now - age * day, contact: contactRows[contact].id },
    ...{ company: companyRows[company].id, deal: dealRows[deal].id, owner: users.operator, custom: null },
    items: JSON.stringify([{ sku: "LIC-TEAM", quantity: 2, price: 990 }]),
  }));
  const conversationRows = [
    ["Question about the go-live date", "email", "open", 5, "editor", 3, 2],
    ["Two scanners too few in the parcel", "chat", "pending", 1, "operator", 6, 5],
  ].map(([subject, channel, status, contact, assignee, age, last]) => ({
    ...base(age),
    ...{ subject, channel, status, contact: contactRows[contact].id, assignee: users[assignee] },
    lastMessageAt: now - last * day,
    custom: null,
  }));
  const messageRows = [
    [0, "in", "sanne.bakker@harborsons.test", "When could the pilot line go live at the earliest?", "sent", 3],
    [0, "out", "editor@demo.test", "Two weeks after signing; I will confirm the exact day tomorrow.", "sent", 2],
    [1, "in", "tomas.keller@northwind.test", "We ordered eight and unpacked six.", "sent", 6],
    [1, "out", "operator@demo.test", "The other two are in a second parcel; here is its number.", "draft", 5],
  ].map(([conversation, direction, author, body, status, age]) => ({
    ...base(age),
    ...{ conversation: conversationRows[conversation].id, direction, author, body, status },
    sentAt: status === "draft" ? null : now - age * day,
    ...{ reference: null, custom: null },
  }));
  const recommendationRows = [
    {
      ...base(4),
      ...{ name: "After the first year", contact: contactRows[0].id, status: "open", custom: null },
      products: JSON.stringify([{ name: "Premium support, one year", sku: "SVC-SUP" }]),
      reason: "Eight support questions in a quarter, each answered within a day.",
    },
  ];
  const listRows = [
    { ...base(100), name: "Customers", object: "company", description: "Companies that buy from us.", custom: null },
    { ...base(100), name: "VIP", object: "contact", description: "People we never keep waiting.", custom: null },
  ];
  const member = (list, object, record) => ({
    workspaceId,
    listId: list.id,
    object,
    recordId: record.id,
    addedAt: now - 90 * day,
  });
  const members = [
    ...companyRows.filter((row) => row.status === "customer").map((row) => member(listRows[0], "company", row)),
    ...contactRows.filter((row) => row.tags.includes("vip")).map((row) => member(listRows[1], "contact", row)),
  ];

  return [
    [
      "millrace_workspaces",
      [{ id: workspaceId, slug, name: "Demo", timezone: "Europe/Berlin", settings: "{}", createdAt: now }],
    ],
    [
      "millrace_users",
      people.map(([role, name]) => ({
        ...{ id: users[role], workspaceId, email: `${role}@demo.test`, name, role, passwordHash },
        ...{ active: true, timezone: null, createdAt: now },
      })),
    ],
    ["crm_pipelines", [{ workspaceId, name: "default", label: "Sales", position: 0 }]],
    [
      "crm_stages",
      stages.map(([name, label, outcome], position) => ({
        workspaceId,
        pipeline: "default",
        name,
        label,
        position,
        outcome,
      })),
    ],
    ["crm_companies", companyRows],
    ["crm_contacts", contactRows],
    ["crm_deals", dealRows],
    ["crm_tasks", taskRows],
    ["crm_notes", noteRows],
    ["crm_products", productRows],
    ["crm_orders", orderRows],
    ["crm_conversations", conversationRows],
    ["crm_messages", messageRows],
    ["crm_recommendations", recommendationRows],
    ["crm_lists", listRows],
    ["crm_list_members", members],
  ];
};
