import { expect } from "chai";
import {
  createScope,
  isCheap,
  renderGuarded,
  resolve,
  resolveGuarded,
  TemplateError,
} from "../../src/templates/index.js";
import { fault, parts, say, scope } from "./world.js";

async function guardedFault(value: unknown, within = scope): Promise<TemplateError> {
  const error: unknown = await resolveGuarded(value, within).then(
    () => undefined,
    (failure: unknown) => failure,
  );
  expect(error).to.be.instanceOf(TemplateError);
  return error as TemplateError;
}

describe("attacks by template", () => {
  it("cannot reach prototypes or functions", () => {
    for (const path of [
      "constructor",
      "record.constructor",
      "record.__proto__",
      "record.toString",
      "record.tags.map",
      "vars.days.toFixed",
    ]) {
      expect(fault(`{{ ${path} }}`).fault, path).to.equal("template_missing_variable");
      expect(fault(`{{ "" | append: ${path} }}`).fault, path).to.equal("template_missing_variable");
    }
    expect(fault('{{ record["constructor"]["constructor"] }}').fault).to.equal("template_missing_variable");
    expect(say('{{ steps.find.records | map: "constructor.name" | compact | size }}')).to.equal(0);
    expect(say('{{ steps.find.records | pluck: "__proto__" | compact | size }}')).to.equal(0);
  });

  it("cannot read files or other templates", () => {
    for (const tag of [
      "include 'package.json'",
      "render '../package.json'",
      "layout 'x'",
      "block a",
      "include record.name",
    ]) {
      expect(fault(`{% ${tag} %}`).message, tag).to.include("There is no tag");
    }
  });

  it("cannot change what later templates see", () => {
    const own = createScope({ ...parts, vars: { n: 1 } });
    resolve("{% increment record %}{% assign vars = 1 %}{% assign days = 9 %}{% capture user %}x{% endcapture %}", own);
    expect(resolve("{{ record.id }}{{ vars.n }}{{ user.name }}", own)).to.equal("d11Ada");
    resolve("{% assign __proto__ = vars %}{% assign constructor = 1 %}", own);
    expect(({} as Record<string, unknown>)["n"]).to.equal(undefined);
  });

  it("cannot make more than 256 kB of text", () => {
    const long = createScope({ vars: { v: "x".repeat(200_000) } });
    expect(fault("{{ v }}{{ v }}", long)).to.include({ fault: "template_limit" });
    expect(fault("{{ v | append: v }}", long).message).to.include("256 kB");
    expect(fault("{{ v | replace: 'x', 'ä' }}", createScope({ vars: { v: "x".repeat(150_000) } })).message).to.include(
      "256 kB",
    );
  });

  it("cannot make much data", () => {
    for (const text of [
      "{{ (1..100000000) | size }}",
      "{{ now | date: '%99999999d' }}",
      "{% for a in (1..9000000) %}{% endfor %}",
    ]) {
      expect(fault(text).message, text).to.include("too much data");
    }
  });

  it("cannot double captures or assignments without end", () => {
    const captures = "{% capture a %}{{ a | default: 'xxxxxxxx' }}{{ a | default: 'x' }}{% endcapture %}".repeat(60);
    expect(fault(captures).fault).to.equal("template_limit");
    const assigns = `{% assign a = "xxxxxxxx" %}${"{% assign a = a | append: a %}".repeat(60)}`;
    expect(fault(assigns).fault).to.equal("template_limit");
  });

  it("cannot be long or deep", () => {
    expect(fault("{{ 1 }}".repeat(20_000)).message).to.include("longer than 100,000");
    for (const text of [
      "{% if true %}".repeat(7000),
      `${"{% if true %}".repeat(101)}${"{% endif %}".repeat(101)}`,
      `{% liquid\n${"if true\n".repeat(200)}${"endif\n".repeat(200)}%}`,
    ]) {
      expect(fault(text).message).to.include("too deeply");
    }
    const deep = Array.from({ length: 200 }).reduce<unknown>((inner) => [inner], "{{ 1 }}");
    expect(fault(deep).message).to.include("too deeply");
  });
});

describe("a template that is not proven cheap", () => {
  it("renders in a worker to the same result, with the same errors", async () => {
    const text = "{% for r in steps.find.records %}{{ r.n }} of {{ record.company.name }};{% endfor %}";
    expect(await resolveGuarded({ a: [text], n: "{{ vars.days }}" }, scope)).to.deep.equal({
      a: ["1.1 of Acme;2.2 of Acme;1.1 of Acme;"],
      n: 3,
    });
    expect(await renderGuarded(text, scope)).to.equal(say(text));
    const failure = await guardedFault(`${text}{{ record.nmae }}`);
    expect(failure).to.include({ fault: "template_missing_variable", variable: "record.nmae" });
    expect(failure.message).to.include('Did you mean "record.name"?');
  });

  it("does not stall the process and is stopped for good, while others go on", async () => {
    const endless = '{% assign a = (1..2400000) %}{{ a | where_exp: "i", "i < 0" | size }}';
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 10);
    const started = performance.now();
    const [failure, other] = await Promise.all([
      guardedFault(endless),
      renderGuarded("{% for i in (1..3) %}{{ i }}{% endfor %}", scope),
    ]);
    clearInterval(ticking);
    expect(failure.message).to.include("too long");
    expect(other).to.equal("123");
    expect(performance.now() - started).to.be.below(5000);
    expect(ticks).to.be.above(20);
  });

  it("is stopped when it takes too much memory", async () => {
    const hoard =
      "{% assign a = (1..1200000) %}{% assign b = a | concat: a %}{% for i in a %}{% assign b = a | concat: a %}{% endfor %}";
    expect((await guardedFault(hoard)).fault).to.equal("template_limit");
  });

  it("leaves the pool working after many of them", async () => {
    const nested = "{% for a in (1..3000) %}{% for b in (1..3000) %}{{ b }}{% endfor %}{% endfor %}";
    await Promise.all(Array.from({ length: 5 }, () => guardedFault(nested)));
    expect(await renderGuarded("{% for i in (1..2) %}{{ i }}{% endfor %}", scope)).to.equal("12");
  });
});

describe("isCheap", () => {
  it("is proven for variables, filters, branches and assignments", () => {
    for (const text of [
      "plain",
      "Dear {{ record.name | upcase | default: 'you' }}",
      "{% if vars.days > 2 %}{{ now | date_add: '3d' | date: '%d.%m.' }}{% else %}-{% endif %}",
      "{% assign x = record.amount | times: 2 %}{{ x | money: 'EUR' }}",
      "{{ steps.find.records | pluck: 'n' | sum }}",
      "{% case vars.days %}{% when 3 %}three{% endcase %}",
    ]) {
      expect(isCheap(text), text).to.equal(true);
    }
  });

  it("is not for loops, captures, ranges, chains that grow, or anything unknown", () => {
    for (const text of [
      "{% for i in record.tags %}{{ i }}{% endfor %}",
      "{% if true %}{% for i in record.tags %}{% endfor %}{% endif %}",
      "{% liquid\n for i in record.tags\n echo i\n endfor %}",
      "{% tablerow i in record.tags %}{% endtablerow %}",
      "{% capture a %}x{% endcapture %}",
      "{{ (1..1000) | size }}",
      "{{ vars.days | plus: (1..1000) }}",
      `{{ "a" ${"| append: record.name ".repeat(7)} }}`,
      `${'{% assign a = a | append: "x" %}'.repeat(7)}`,
      `{{ 1 ${"| plus: 1 ".repeat(101)} }}`,
      "{{ record.tags | where_exp: 'i', 'i == 1' }}",
      "{{ record.name | markdown }}",
      "{{ record.name",
      "x".repeat(20_001).concat("{{ record.name }}"),
    ]) {
      expect(isCheap(text), text.slice(0, 60)).to.equal(false);
    }
  });
});
