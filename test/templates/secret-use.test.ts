import { expect } from "chai";
import { secretMisuses } from "../../src/templates/index.js";

const sent = [
  "{{ secrets.erp_key }}",
  "Bearer {{ secrets.erp_key }}",
  '{{ "user:" | append: secrets.erp_key | base64_encode }}',
  "https://x.test/?k={{ secrets.erp_key | url_encode }}",
  "{{ record.name | upcase }} {{ secrets.erp_key }}",
  "Ask for secrets.erp_key",
];

const takenApart = [
  "{{ secrets.erp_key | slice: 0, 2 }}",
  "{{ secrets.erp_key | upcase }}",
  '{{ secrets.erp_key | split: "" | join: "-" }}',
  '{{ secrets.erp_key | replace: "a", "b" }}',
  "{{ secrets.erp_key | size }}",
  "{{ secrets.erp_key | base64_encode | reverse }}",
  "{{ secrets.erp_key.size }}",
  "{{ secrets.erp_key[0] }}",
  "{{ secrets }}",
  "{{ secrets[record.name] }}",
  '{{ "x" | replace: "x", secrets.erp_key | slice: 1 }}',
  "{{ record.name | default: secrets.erp_key | slice: 1 }}",
  "{% assign k = secrets.erp_key %}{{ k | slice: 0 }}",
  '{% if secrets.erp_key contains "a" %}a{% endif %}',
  '{% if record.name %}{% unless secrets.erp_key == "a" %}a{% endunless %}{% endif %}',
  "{% for c in secrets.erp_key %}{{ c }}{% endfor %}",
  "{% case secrets.erp_key %}{% when 'a' %}b{% endcase %}",
  "{% capture k %}{{ secrets.erp_key }}{% endcapture %}{{ k | slice: 0 }}",
  "{% liquid assign k = secrets.erp_key %}",
];

describe("secrets in templates", () => {
  for (const text of sent) it(`may be sent: ${text}`, () => expect(secretMisuses({ a: [text] })).to.deep.equal([]));
  for (const text of takenApart)
    it(`are not taken apart: ${text}`, () => {
      expect(secretMisuses({ a: [text] }).map(({ path }) => path)).to.deep.equal(["a[0]"]);
    });
});
