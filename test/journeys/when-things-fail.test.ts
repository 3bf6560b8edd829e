import type { ServerResponse } from "node:http";
import { expect } from "chai";
import { dialects } from "../support/databases.js";
import { type Loopback, loopback } from "../support/loopback.js";
import { until } from "../support/processes.js";
import { type ServedMillrace, servedMillrace } from "../support/servers.js";
import { type Moods, smtpSink } from "../support/smtp-sink.js";

type Step = {
  key: string;
  status: string;
  attempt: number;
  error?: { code: string; message: string; retryable: boolean };
};

const whenWon = { key: "won", kind: "record.updated", fields: ["stage"], to: "won" };
const task = { key: "task", kind: "task.create", config: { title: "Call {{ record.name }}" } };
const mail = { key: "mail", kind: "email.send", config: { to: ["ann@example.com"], subject: "Won", body: "Hello" } };
const slack = { key: "tell", kind: "slack.send", config: { channel: "#sales", text: "{{ record.name }} is won" } };
const retry = { policy: "retry", attempts: 3, delay: "30s", jitter: false };

for (const dialect of dialects) {
  describe(`when a step fails, on ${dialect}`, () => {
    let world: ServedMillrace;
    let server: Loopback;
    let smtp: Awaited<ReturnType<typeof smtpSink>>;
    /** What the server answers to the calls that come, one after another; 200 when there is nothing more. */
    let answers: [status: number, body?: object, headers?: Record<string, string>][];
    let moods: Moods;
    /** Takes a call without answering it. */
    let hold: ((res: ServerResponse) => unknown) | undefined;
    beforeEach(async () => {
      answers = [];
      moods = {};
      hold = undefined;
      server = await loopback((_req, res) => {
        if (hold) return void hold(res);
        const [status, body = { ok: true, channel: "C1", ts: "1.2" }, headers = {}] = answers.shift() ?? [200];
        res.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));
      });
      smtp = await smtpSink(moods);
      world = await servedMillrace(dialect, {
        smtpUrl: `${smtp.url}?from=crm@example.com`,
        slackToken: "xoxb-canary",
        slackApiUrl: `${server.url}/api/`,
        allowHosts: [server.host],
      });
    });
    afterEach(async () => {
      await world.stop();
      await smtp.close();
      await server.close();
    });

    const call = () => ({ key: "call", kind: "http.request", config: { method: "POST", url: `${server.url}/hook` } });
    const win = async () => world.win(await world.deal());
    const later = async (pause: string) => {
      world.clock.forward(pause);
      await world.work();
    };
    const tries = (steps: Step[]) => steps.map(({ key, attempt, status }) => `${key} ${attempt} ${status}`);

    it("tries a call again with growing delays and the same key until it succeeds, and shows every try", async () => {
      answers = [[503], [503], [200]];
      await world.automation({ object: "deal", triggers: [whenWon], steps: [{ ...call(), onError: retry }, task] });
      await win();
      const waits = [];
      for (const pause of ["30s", "60s"]) {
        const run = await world.onlyRun();
        expect(run.status).to.equal("waiting");
        waits.push(Date.parse(run.wakeAt) - world.clock.now());
        await later(pause);
      }
      expect(waits).to.deep.equal([30_000, 60_000]);
      const run = await world.onlyRun();
      expect(run).to.include({ status: "completed", failedSteps: 0 });
      expect(tries(run.steps)).to.deep.equal([
        "call 1 retrying",
        "call 2 retrying",
        "call 3 success",
        "task 1 success",
      ]);
      expect(run.steps[0].error).to.deep.include({ code: "http_503", retryable: true });
      expect(new Set(server.received.map(({ headers }) => headers["idempotency-key"])).size).to.equal(1);
      const page = await world.page(`/runs/${run.id}`);
      expect(page).to.include("Succeeded").and.include("503").and.not.include("Completed with errors");
    });

    it("looks at a waiting run as often as it likes without trying too early", async () => {
      answers = [[503]];
      await world.automation({ object: "deal", triggers: [whenWon], steps: [{ ...call(), onError: retry }] });
      await win();
      for (let n = 0; n < 10; n++) await later("2s");
      expect(server.received).to.have.length(1);
      expect((await world.onlyRun()).status).to.equal("waiting");
    });

    it("waits as long as the server asks, and no longer than an hour", async () => {
      answers = [
        [429, {}, { "Retry-After": "120" }],
        [503, {}, { "Retry-After": "999999" }],
      ];
      await world.automation({ object: "deal", triggers: [whenWon], steps: [{ ...call(), onError: retry }] });
      await win();
      expect(Date.parse((await world.onlyRun()).wakeAt) - world.clock.now()).to.equal(120_000);
      await later("2m");
      expect(Date.parse((await world.onlyRun()).wakeAt) - world.clock.now()).to.equal(3_600_000);
    });

    it("goes on after a failure when told to continue, and ends completed with errors", async () => {
      answers = [[400, { why: "no such order" }]];
      const document = { object: "deal", triggers: [whenWon], onError: { policy: "continue" }, steps: [call(), task] };
      await world.automation(document);
      await win();
      const run = await world.onlyRun();
      expect(run).to.include({ status: "completed", failedSteps: 1 });
      expect(tries(run.steps)).to.deep.equal(["call 1 failed", "task 1 success"]);
      expect(JSON.stringify(run.steps[0].error)).to.include("http_400");
      for (const page of ["/runs", `/runs/${run.id}`])
        expect(await world.page(page)).to.include("Completed with errors");
    });

    it("fails the run when told to stop, names the step, and does nothing after it", async () => {
      answers = [[400]];
      await world.automation({
        object: "deal",
        triggers: [whenWon],
        onError: { policy: "stop" },
        steps: [task, call(), { ...task, key: "never" }],
      });
      await win();
      const run = await world.onlyRun("status=failed");
      expect(run.reason).to.deep.include({ code: "http_400", details: { step: "call" } });
      expect(tries(run.steps)).to.deep.equal(["task 1 success", "call 1 failed"]);
      expect((await world.api("GET", "/objects/task/records")).body.data).to.have.length(1);
      expect(await world.page(`/runs/${run.id}`))
        .to.include("Failed")
        .and.include("http_400");
    });

    it("gives up after the last try: as a failure, or going on", async () => {
      for (const [then, status] of [
        ["stop", "failed"],
        ["continue", "completed"],
      ]) {
        answers = [[503], [503]];
        await world.automation(
          {
            object: "deal",
            triggers: [{ key: "m", kind: "manual" }],
            steps: [{ ...call(), onError: { ...retry, attempts: 2, then } }],
          },
          String(then),
        );
        const { id } = (
          await world.api("POST", `/automations/${(await world.api("GET", "/automations")).body.data[0].id}/runs`, {
            recordId: await world.deal(),
          })
        ).body;
        await world.work();
        await later("30s");
        const run = (await world.api("GET", `/runs/${id}`)).body;
        expect(run).to.include({ status, failedSteps: 1 });
        expect(tries(run.steps)).to.deep.equal(["call 1 retrying", "call 2 failed"]);
      }
    });

    it("replays a failed run from the step that failed, and keeps what had succeeded", async () => {
      answers = [[400], [200]];
      await world.automation({ object: "deal", triggers: [whenWon], steps: [task, call()] });
      await win();
      const failed = await world.onlyRun();
      const { id } = (await world.api("POST", `/runs/${failed.id}/replays`, { from: "failed" })).body;
      await world.work();
      const again = (await world.api("GET", `/runs/${id}`)).body;
      expect(again).to.include({ status: "completed", replayOf: failed.id });
      expect((await world.api("GET", "/objects/task/records")).body.data).to.have.length(1);
    });

    it("does not let a server that takes its time hold up anybody else", async () => {
      let answer = () => {};
      hold = (res) => (answer = () => res.end("{}"));
      await world.automation({ object: "deal", triggers: [{ ...whenWon, to: "lost" }], steps: [call(), task] }, "Slow");
      await world.automation({ object: "deal", triggers: [whenWon], steps: [task] }, "Quick");
      await world.millrace.start();
      await world.patch(await world.deal(), { stage: "lost" });
      await until("the slow call is out", () => server.received.length === 1);
      await world.patch(await world.deal(), { stage: "won" });
      await until("the other run is over", async () => (await world.runs("status=completed")).length === 1);
      expect(
        (await world.runs("status=running")).map((run: { automationName: string }) => run.automationName),
      ).to.deep.equal(["Slow"]);
      answer();
      await until("the slow run is over too", async () => (await world.runs("status=completed")).length === 2);
    });

    describe("mail", () => {
      const automation = { object: "deal", triggers: [whenWon], steps: [{ ...mail, onError: retry }] };

      it("is tried again after a 4xx, and arrives once", async () => {
        moods.message = () => "451 4.3.0 try later";
        await world.automation(automation);
        await win();
        const waiting = await world.onlyRun();
        expect(waiting.steps[0].error).to.deep.include({ code: "smtp_temporary", retryable: true });
        delete moods.message;
        await later("30s");
        expect(tries((await world.onlyRun()).steps)).to.deep.equal(["mail 1 retrying", "mail 2 success"]);
        expect(smtp.arrived).to.have.length(1);
      });

      it("is not tried again after a 5xx, and the run says why", async () => {
        moods.message = () => "554 5.7.1 not wanted here";
        await world.automation(automation);
        await win();
        const run = await world.onlyRun();
        expect(run.status).to.equal("failed");
        expect(run.steps[0].error).to.deep.include({ code: "smtp_rejected", retryable: false });
        expect(await world.page(`/runs/${run.id}`)).to.include("not wanted here");
      });

      it("whose connection breaks before the last word is repeated under the same Message-ID", async () => {
        moods.drop = 1;
        await world.automation(automation);
        await win();
        expect((await world.onlyRun()).steps[0].error).to.deep.include({ code: "unknown_outcome", retryable: true });
        await later("30s");
        expect((await world.onlyRun()).status).to.equal("completed");
        const ids = smtp.arrived.map(({ raw }) => /Message-ID: (<[^>]+>)/i.exec(raw)?.[1]);
        expect(ids).to.have.length(2);
        expect(new Set(ids).size).to.equal(1);
      });
    });

    describe("Slack", () => {
      it("gets the message, with the token and the key", async () => {
        await world.automation({ object: "deal", triggers: [whenWon], steps: [slack] });
        await win();
        const run = await world.onlyRun();
        expect(run.steps[0]).to.deep.include({ status: "success", output: { channel: "C1", ts: "1.2" } });
        const [posted] = server.received;
        expect(posted).to.deep.include({ method: "POST", url: "/api/chat.postMessage" });
        expect(posted?.headers["authorization"]).to.equal("Bearer xoxb-canary");
        expect(decodeURIComponent(posted?.body ?? ""))
          .to.include("Northwind")
          .and.include(`${run.id}:tell:`);
        expect(JSON.stringify(run)).not.to.include("xoxb-canary");
      });

      it("is given the time it asks for, and not asked again when it says no", async () => {
        answers = [
          [429, {}, { "Retry-After": "90" }],
          [200, { ok: false, error: "channel_not_found" }],
        ];
        await world.automation({ object: "deal", triggers: [whenWon], steps: [{ ...slack, onError: retry }] });
        await win();
        expect(Date.parse((await world.onlyRun()).wakeAt) - world.clock.now()).to.equal(90_000);
        await later("90s");
        const run = await world.onlyRun();
        expect(run.status).to.equal("failed");
        expect(run.steps[1].error).to.deep.include({ code: "slack_channel_not_found", retryable: false });
      });
    });
  });
}
