import { expect } from "chai";
import { renderMail } from "../../src/effects/render-mail.js";

const html = (body: string) => renderMail({ body, format: "html" }, null);
const markdown = (body: string) => renderMail({ body, format: "markdown" }, null);

describe("rendering a mail", () => {
  it("makes HTML with its looks in the elements, and a text that says the same", () => {
    const mail = markdown("# Hello\n\n- one\n- two\n\n[Open](https://crm.example.com/x)");
    expect(mail.html).to.match(/<h1 style="[^"]*font-size: 22px/).and.include("<li>one</li>");
    expect(mail.text).to.include("Hello").and.include("* one").and.include("https://crm.example.com/x").and.not.include("<");
  });

  for (const [what, body] of Object.entries({
    "a script": "<script>alert(1)</script>ok",
    "a handler": '<p onclick="alert(1)">ok</p>',
    "an image's handler": '<img src="x" onerror="alert(1)">ok',
    "a frame": '<iframe src="https://evil.test"></iframe>ok',
    "a form": '<form action="https://evil.test"><input name="pw"></form>ok',
    "a script address": '<a href="javascript:alert(1)">ok</a>',
    "a hidden script address": '<a href="java&#115;cript:alert(1)">ok</a>',
    "a data page": '<a href="data:text/html,<script>alert(1)</script>">ok</a>',
    "a vector image": "<svg><script>alert(1)</script></svg>ok",
    "a base address": '<base href="https://evil.test">ok',
    "a refresh": '<meta http-equiv="refresh" content="0;url=https://evil.test">ok',
    "a style that loads": '<p style="background:url(https://evil.test/x)">ok</p>',
    "a style that runs": '<p style="width:expression(alert(1))">ok</p>',
    "an object": '<object data="https://evil.test"></object><embed src="https://evil.test">ok',
  }))
    for (const render of [html, markdown])
      it(`takes ${what} out of ${render.name}`, () => {
        const mail = render(body).html.replace(/^<!doctype html><html><head><meta charset="utf-8"><\/head>/, "");
        expect(mail).to.include("ok").and.not.match(/alert|evil|<(script|iframe|form|input|svg|base|meta|object|embed)|onclick|onerror/i);
      });

  it("writes the author's own style sheet into the elements", () => {
    expect(html("<style>.x { color: red } @import 'https://evil.test';</style><p class='x'>ok</p>").html)
      .to.include('<p style="color: red;">ok</p>')
      .and.not.include("evil");
  });

  it("leaves out a style sheet that cannot be read", () => {
    expect(html("<style>}{ a:: ((</style><p>ok</p>").html).to.include("ok");
  });

  for (const [what, body] of Object.entries({
    "unclosed style sheets": "<style>".repeat(30_000),
    "nested quotes": ">".repeat(20_000),
    "nested elements": "<div>".repeat(20_000),
    "open brackets": "[".repeat(60_000),
    "emphasis": "*a ".repeat(40_000),
  }))
    it(`is not stalled by ${what}`, () => {
      const began = performance.now();
      for (const render of [html, markdown]) attempt(() => render(body));
      expect(performance.now() - began).to.be.below(3000);
    });
});

/** A body nobody can render may be refused, but not stall. */
function attempt(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    expect(error).to.be.instanceOf(Error);
  }
}
