import { expect } from "chai";
import fc from "fast-check";
import {
  checkTemplate,
  isCheap,
  resolve,
  resolveGuarded,
  TemplateError,
  variablesOf,
} from "../../src/templates/index.js";
import { scope } from "./world.js";

const piece = fc.constantFrom(
  "{{",
  "}}",
  "{%",
  "%}",
  "{{ record.name }}",
  "{{ record.nmae }}",
  "{% if record.name %}",
  "{% endif %}",
  "{% else %}",
  "{% assign a = record.tags %}",
  "{% for i in a %}",
  "{% endfor %}",
  "{{ a | join: ',' }}",
  "{{ now | date_add: '3d' }}",
  "{% raw %}",
  "{% endraw %}",
  " | ",
  "upcase",
  "'",
  '"',
  "[",
  "]",
  "..",
  "(1..3)",
  "{% case 1 %}",
  "{% when 1 %}",
  "{% endcase %}",
  "{% capture c %}",
  "{% endcapture %}",
  "{{ c }}",
  "{% cycle 1, 2 %}",
  "{% liquid echo 1 %}",
  "\n",
  "\u0000",
  "\ud800",
  "x",
  "-",
);
const text = fc.array(fc.oneof(piece, piece, fc.string()), { maxLength: 12 }).map((pieces) => pieces.join(""));

/** What came of it: a value, or the fault. Anything else that is thrown fails the test. */
function outcome(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    expect(error).to.be.instanceOf(TemplateError);
    return (error as TemplateError).message;
  }
}

describe("any text", () => {
  it("renders or is refused with a TemplateError, and can be looked at without throwing", () => {
    fc.assert(
      fc.property(text, (one) => {
        outcome(() => resolve(one, scope));
        expect(checkTemplate(one, { paths: [] })).to.be.an("array");
        expect(variablesOf(one)).to.be.an("array");
        expect(isCheap(one)).to.be.a("boolean");
      }),
      { numRuns: 300 },
    );
  });

  it("comes to the same in a worker", async () => {
    await fc.assert(
      fc.asyncProperty(text, async (one) => {
        const guarded = await resolveGuarded([one, "{% for i in (1..1) %}{% endfor %}"], scope).catch(
          (error: Error) => error.message,
        );
        expect(guarded).to.deep.equal(outcome(() => resolve([one, "{% for i in (1..1) %}{% endfor %}"], scope)));
      }),
      { numRuns: 100 },
    );
  });
});
