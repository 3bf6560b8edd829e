import { expect } from "chai";
import { compileSchema, conform, writtenErrors } from "../../src/actions/config-schema.js";
import { configOf, recordPart, rolePart, usersPart, valuesPart } from "../../src/actions/schema-parts.js";

const schema = configOf(
  {
    record: recordPart,
    values: valuesPart,
    limit: { type: "integer", minimum: 1, maximum: 1000 },
    title: { type: "string", minLength: 1 },
    for: { type: "string", format: "duration" },
    time: { type: "string", format: "time-of-day" },
    weekday: { anyOf: [{ enum: ["monday", "friday"] }, { type: "array", items: { enum: ["monday", "friday"] } }] },
    to: {
      type: "object",
      properties: { role: rolePart, users: usersPart },
      minProperties: 1,
      additionalProperties: false,
    },
    names: { type: "object", propertyNames: { pattern: "^[a-z]+$" } },
  },
  ["values"],
);

describe("a config as written", () => {
  const errors = (config: Record<string, unknown>) =>
    writtenErrors(schema, { values: { a: 1 }, ...config }).map(({ path, message }) => `${path}: ${message}`);

  it("may have a template wherever a value stands", () => {
    expect(
      errors({
        limit: "{{ vars.n }}",
        weekday: "{{ inputs.day }}",
        time: "{{ vars.hour }}:00",
        for: "{{ vars.days }}d",
      }),
    ).to.deep.equal([]);
    expect(
      errors({ to: { role: "{{ vars.role }}", users: ["{{ record.owner }}"] }, values: "{{ inputs }}" }),
    ).to.deep.equal([]);
    expect(
      errors({ to: "{% if a %}x{% endif %}", weekday: ["{{ inputs.day }}"], record: "{{ steps.a.output }}" }),
    ).to.deep.equal([]);
    expect(
      errors({ to: { users: "{{ vars.people }}" }, record: { object: "deal", id: "{{ vars.id }}" } }),
    ).to.deep.equal([]);
  });

  const faults: [Record<string, unknown>, string][] = [
    [{ values: undefined }, "values: It is required."],
    [{ limt: 3 }, 'limt: There is no such setting. Did you mean "limit"?'],
    [{ to: { rol: "admin" } }, 'to.rol: There is no such setting. Did you mean "role"?'],
    [{ limit: "many" }, "limit: It must be a whole number."],
    [{ limit: 5000 }, "limit: It must be at most 1000."],
    [{ values: {} }, "values: It must not be empty."],
    [{ title: "" }, "title: It must not be empty."],
    [{ for: "soon" }, "for: It must be a duration such as 90s, 15m, 2h, 3d, 2w or PT36H."],
    [{ time: "25:00" }, "time: It must be a time of day such as 09:00."],
    [{ to: { role: "boss" } }, "to.role: It must be one of admin, editor, operator, viewer."],
    [{ to: { users: ["a", 3] } }, "to.users[1]: It must be text."],
    [{ to: { users: [] } }, "to.users: It must not be empty."],
    [{ record: { object: "deal" } }, "record.id: It is required."],
    [{ record: 7 }, "record: It must be text or an object."],
    [{ weekday: "someday" }, "weekday: It must be one of monday, friday, or a list."],
    [{ weekday: ["friday", "someday"] }, "weekday[1]: It must be one of monday, friday."],
    [{ names: { "not a name": 1 } }, "names.not a name: Use a name of letters, digits and _."],
  ];
  for (const [config, error] of faults) it(error, () => expect(errors(config)).to.deep.equal([error]));

  it("names every fault", () => expect(errors({ limit: 0, title: "", x: 1 })).to.have.length(3));
});

describe("a rendered config", () => {
  const faults = (config: Record<string, unknown>) => conform(schema, { values: { a: 1 }, ...config }).errors;

  it("becomes the types its schema asks for, in a copy", () => {
    const config = { values: { amount: "12" }, limit: "5", title: 12_000, to: { users: [17] } };
    expect(conform(schema, config)).to.deep.equal({
      config: { values: { amount: "12" }, limit: 5, title: "12000", to: { users: ["17"] } },
      errors: [],
    });
    expect(config.to.users).to.deep.equal([17]);
  });

  it("is refused with the place at fault when it cannot", () => {
    expect(faults({ limit: "many" })).to.deep.equal([{ path: "limit", message: "It must be a whole number." }]);
    expect(faults({ title: null })).to.deep.equal([{ path: "title", message: "It must not be empty." }]);
    expect(faults({ title: { a: 1 } })).to.have.length(1);
    expect(faults({ values: "{{ still }}" })).to.have.length(1);
  });
});

it("a broken schema is found when it is compiled", () => {
  expect(() => compileSchema({ type: "objekt" })).to.throw();
  expect(() => compileSchema({ type: "object", propertees: {} })).to.throw(/propertees/);
});
