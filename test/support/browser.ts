import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { Express } from "express";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What went wrong in a page by itself: errors of scripts, refusals of the content security policy. */
export type Complaints = string[];

/** A real browser before a real server of `app` on this machine. */
export async function browserFor(app: Express) {
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser: Browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: flags,
  });
  return {
    base,
    /** A new page of somebody who is not signed in; `complaints` collects what its scripts and policy say. */
    async page(options: BrowserContextOptions = {}): Promise<Page & { complaints: Complaints }> {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, baseURL: base, ...options });
      const page = await context.newPage();
      const complaints: Complaints = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
      return Object.assign(page, { complaints });
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What axe finds wrong with a page as it is now, a line each: rule, help, the first element. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    type Violation = { id: string; help: string; nodes: { html: string }[] };
    const checker = (globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }).axe;
    return (await checker.run()).violations.map(({ id, help, nodes }) => ({ id, help, html: nodes[0]?.html ?? "" }));
  });
  return violations.map(({ id, help, html }) => `${id}: ${help} (${html.slice(0, 160)})`);
}

/** How many pixels a page is wider than its window. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate("document.documentElement.scrollWidth - innerWidth");
}
