import { expect } from "chai";
import { renderGuarded } from "../../../src/effects/mail/render-guarded.js";
import { renderMail } from "../../../src/effects/mail/render-mail.js";
import { UNSUBSCRIBE } from "../../../src/effects/mail/unsubscribe.js";

const html = (body: string) => renderMail({ body, format: "html", class: "transactional" });
const markdown = (body: string) => renderMail({ body, format: "markdown", class: "transactional" });

describe("rendering a mail", () => {
  it("makes HTML with its looks in the elements, and a text that says the same", () => {
    const mail = markdown("# Hello\n\n- one\n- two\n\n[Open](https://crm.example.com/x)");
    expect(mail.html)
      .to.match(/<h1 style="[^"]*font-size: 22px/)
      .and.include("<li>one</li>");
    expect(mail.text)
      .to.include("Hello")
      .and.include("* one")
      .and.include("https://crm.example.com/x")
      .and.not.include("<");
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
        expect(mail)
          .to.include("ok")
          .and.not.match(/alert|evil|<(script|iframe|form|input|svg|base|meta|object|embed)|onclick|onerror/i);
      });

  it("writes the author's own style sheet into the elements", () => {
    expect(html("<style>.x { color: red } @import 'https://evil.test';</style><p class='x'>ok</p>").html)
      .to.include('<p style="color: red;">ok</p>')
      .and.not.include("evil");
  });

  it("leaves out a style sheet that cannot be read", () => {
    expect(html("<style>}{ a:: ((</style><p>ok</p>").html).to.include("ok");
  });

  it("links to the recipient's unsubscribe address from marketing only", () => {
    const parts = renderMail({ body: "Hi", format: "markdown", class: "marketing" });
    expect(parts.html).to.include(`href="${UNSUBSCRIBE}"`);
    expect(parts.text).to.include(UNSUBSCRIBE);
    expect(markdown("Hi").html).to.not.include("nsubscribe");
  });

  it("renders a long body elsewhere, with the same result", async () => {
    const message = { body: "Hello **Ann**, ".repeat(2000), format: "markdown", class: "transactional" } as const;
    expect(await renderGuarded(message)).to.deep.equal(renderMail(message));
  });

  it("gives up on a body that takes for ever, and goes on meanwhile", async () => {
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 10);
    const parts = await renderGuarded({ body: "_a_".repeat(80_000), format: "markdown", class: "transactional" }, 600);
    clearInterval(ticking);
    expect(parts).to.equal("The body takes too long to render.");
    expect(ticks).to.be.above(20);
  });

  for (const [what, body] of Object.entries({
    "short and deep": ">".repeat(7000),
    "long and deep": ">".repeat(100_000),
  }))
    it(`says that a body ${what} cannot be rendered, or renders it`, async () => {
      const parts = await renderGuarded({ body, format: "markdown", class: "transactional" });
      expect(typeof parts === "string" ? parts : "rendered").to.be.oneOf(["The body cannot be rendered.", "rendered"]);
    });

  for (const [what, body] of Object.entries({
    "unclosed style sheets": "<style>".repeat(1100),
    "nested elements": "<div>".repeat(1600),
    "open brackets": "[".repeat(8000),
    links: "[a](".repeat(2000),
    emphasis: "_a_".repeat(2600),
    "style rules": `<style>${"p a{color:red}".repeat(250)}</style>${"<p>a</p>".repeat(500)}`,
  }))
    it(`renders at once a body short enough, whatever the ${what}`, async () => {
      const began = performance.now();
      for (const format of ["html", "markdown"] as const) await renderGuarded({ body, format, class: "transactional" });
      expect(performance.now() - began).to.be.below(1500);
    });
});
