import { expect } from "chai";
import { createScope, render, resolve } from "../../src/templates/index.js";
import { fault, now, parts, say, scope } from "./world.js";

describe("resolve", () => {
  it("keeps the type of a text that is exactly one variable, filters included", () => {
    expect(say("{{ record.amount }}")).to.equal(12_000.5);
    expect(say("{{ record.tags }}")).to.deep.equal(["vip", "eu"]);
    expect(say("{{ steps.find.output.records | first }}")).to.deep.equal({ n: 1.1, at: "x" });
    expect(say("{{- vars.days | plus: 1 -}}")).to.equal(4);
    expect(say("{{ record.note }}")).to.equal(null);
    expect(say("{{ 'a' == 'a' }}")).to.equal(true);
  });

  it("makes text of everything else", () => {
    expect(say("{{ vars.days }} days")).to.equal("3 days");
    expect(say("{{ vars.days }}{{ vars.days }}")).to.equal("33");
    expect(say("{% if vars.days == 3 %}{{ vars.days }}{% endif %}")).to.equal("3");
    expect(say("Note: {{ record.note }}.")).to.equal("Note: .");
    expect(say("{{ steps.find.output.records[0] }}!")).to.equal('{"n":1.1,"at":"x"}!');
    expect(say("no template, { braces } and 100 %")).to.equal("no template, { braces } and 100 %");
  });

  it("walks JSON and leaves names and other values alone", () => {
    const value = { to: ["{{ user.name }}", 1, null], nested: { "{{ x }}": true, deep: [{ n: "{{ vars.ratio }}" }] } };
    expect(say(value)).to.deep.equal({ to: ["Ada", 1, null], nested: { "{{ x }}": true, deep: [{ n: 0.5 }] } });
    expect(value.to[0]).to.equal("{{ user.name }}");
  });

  it("keeps a property called __proto__ a property", () => {
    const value = say(JSON.parse('{ "__proto__": { "polluted": "{{ user.name }}" } }')) as object;
    expect(Object.getPrototypeOf(value)).to.equal(Object.prototype);
    expect(JSON.stringify(value)).to.equal('{"__proto__":{"polluted":"Ada"}}');
  });

  it("gives the same for render, as text", () => {
    expect(render("{{ record.amount }}", scope)).to.equal("12000.5");
    expect(render("{{ record.tags }}", scope)).to.equal("vipeu");
  });
});

describe("names", () => {
  it("are those of the documents", () => {
    const text =
      "{{ trigger.kind }} {{ inputs.dealId }} {{ input.dealId }} {{ run.id }} {{ automation.name }} {{ workspace.slug }} {{ now }}";
    expect(say(text)).to.equal("record.updated d1 d1 r1 Won demo 2026-03-02T09:00:00.000Z");
    expect(say("{{ secrets.erp_key }}")).to.equal("s3cr3t");
  });

  it("follow relations through record.company.name, while record.company is the id", () => {
    expect(say("{{ record.company }} {{ record.company.name }} {{ record.company.owner.email }}")).to.equal(
      "c1 Acme o@acme.test",
    );
    expect(say("{{ record.company.size }}")).to.equal(250);
  });

  it("never show the related records themselves", () => {
    expect(say("{{ record }}")).to.not.have.property("$related");
    expect(say("{{ record | json }}")).to.not.include("Acme");
    expect(say("is {{ record }}")).to.not.include("Acme");
  });

  it("find steps by key and by position, and fields in their output", () => {
    expect(say("{{ steps.find.output.total }}{{ steps.find.total }}{{ steps.1.total }}{{ steps[1].total }}")).to.equal(
      "3333",
    );
    expect(say("{{ steps.find.size }}")).to.equal(7);
    expect(say("{{ steps.find.port }} {{ steps.2.error.code }}")).to.equal("success timeout");
  });

  it("find variables also without vars, unless another name is meant", () => {
    expect(say("{{ vars.days }}{{ days }}")).to.equal("33");
    const shadowed = createScope({ ...parts, vars: { record: "mine" } });
    expect(resolve("{{ record.id }}{{ vars.record }}", shadowed)).to.equal("d1mine");
  });

  it("tell loops and their own item variables", () => {
    const looping = createScope({
      loop: { item: { n: 1 }, index: 0, first: true, length: 2, parent: { index: 4 } },
      items: { line: { n: 1 } },
    });
    expect(
      resolve("{{ loop.item.n }}{{ loop.index }}{{ loop.first }}{{ loop.parent.index }}{{ line.n }}", looping),
    ).to.equal("10true41");
    expect(resolve("{{ loop.length }}", looping)).to.equal(2);
  });

  it("are blank below a value that is null", () => {
    expect(say("[{{ record.note.length }}{{ old.amount }}]")).to.equal("[]");
  });
});

describe("a missing variable", () => {
  it("is an error that names it and the nearest known path", () => {
    expect(fault("Dear {{ record.nmae }}").message).to.equal(
      'There is no variable "record.nmae". Did you mean "record.name"?',
    );
    expect(fault("{{ recrod.name }}").message).to.include('Did you mean "record"?');
    expect(fault("{{ amount }}").message).to.include('Did you mean "record.amount"?');
    expect(fault("{{ steps.find.totl }}").message).to.include('Did you mean "steps.find.total"?');
    expect(fault("{{ record.company.nmae }}").message).to.include('Did you mean "record.company.name"?');
    expect(fault("{{ record.nmae }}")).to.include({
      fault: "template_missing_variable",
      variable: "record.nmae",
      status: 422,
    });
  });

  it("is one wherever it stands", () => {
    for (const text of [
      "{% assign x = record.gone %}",
      "{% for x in record.gone %}{% endfor %}",
      "{{ 1 | plus: gone }}",
      "{{ record[gone] }}",
      "{{ gone | upcase }}",
    ]) {
      expect(fault(text).fault, text).to.equal("template_missing_variable");
    }
  });

  it("is none when default stands in, or where an if asks", () => {
    expect(say("{{ record.gone | default: 'none' }}")).to.equal("none");
    expect(say("{{ record.gone | upcase | default: 'none' }}")).to.equal("none");
    expect(say("{% assign x = gone | default: 2 %}{{ x }}")).to.equal("2");
    expect(say("{% if record.gone %}a{% else %}b{% endif %}")).to.equal("b");
    expect(say("{{ steps.find.records | where: 'gone' | size }}")).to.equal(0);
  });

  it("never tells the value of a secret", () => {
    expect(fault("{{ secrets.erp_kye }}").message).to.include("erp_key").and.not.include("s3cr3t");
    expect(fault("{{ erp_kye }}").message).to.not.include("s3cr3t");
    expect(fault("{{ record[secrets.erp_key] }}").message).to.equal('There is no variable "record.[secret]".');
  });

  it("is the record in the global context", () => {
    expect(fault("{{ record.name }}", createScope({ record: null, now })).message).to.include('no variable "record"');
  });

  it("is a secret where there are none", () => {
    expect(fault("{{ secrets.erp_key }}", createScope({ record: {} })).variable).to.equal("secrets");
  });
});

describe("a text that is no template", () => {
  it("is refused with the place and the nearest filter", () => {
    expect(fault("{{ user.name | upcas }}").message).to.equal('There is no filter "upcas". Did you mean "upcase"?');
    expect(fault("a\n{{ user.name").message).to.include("(line 2, column 1)");
    expect(fault("{% if x %}").message).to.include("not closed");
    expect(fault("{% unknown %}")).to.include({ fault: "template_syntax" });
  });
});
