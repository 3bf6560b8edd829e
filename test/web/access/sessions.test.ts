import { expect } from "chai";
import request from "supertest";
import { hashPassword, verifyPassword } from "../../../src/web/access/passwords.js";
import { dialects } from "../../support/databases.js";
import { password, type WebWorld, webWorld } from "../web-world.js";

for (const dialect of dialects) {
  describe(`sessions (${dialect})`, () => {
    let world: WebWorld;
    before(async () => {
      world = await webWorld(dialect);
      await world.letAdaIn();
    });
    after(() => world.drop());

    const tokenIn = (html: string) => /name="_csrf" value="([^"]+)"/.exec(html)?.[1] ?? "";
    const cookieOf = (answer: request.Response) =>
      (answer.headers["set-cookie"] as unknown as string[] | undefined)?.[0]?.split(";")[0];

    async function signIn(agent = request.agent(world.app), email = "ada@demo.test", secret = password) {
      const page = await agent.get("/login");
      const answer = await agent
        .post("/login")
        .type("form")
        .send({ _csrf: tokenIn(page.text), email, password: secret });
      return { agent, page, answer };
    }

    it("begins under a new id at login, and ends at logout", async () => {
      const { agent, page, answer } = await signIn();
      expect(answer.status, answer.text).to.equal(303);
      expect(cookieOf(page)).to.be.a("string").and.not.equal(cookieOf(answer));
      const home = await agent.get("/");
      expect(home.status).to.equal(200);
      await agent
        .post("/logout")
        .type("form")
        .send({ _csrf: tokenIn(home.text) });
      const old = await request(world.app)
        .get("/")
        .set("Cookie", cookieOf(answer) ?? "");
      expect([old.status, old.headers["location"]]).to.deep.equal([303, "/login"]);
    });

    it("keeps its cookie from scripts and from other sites' forms", async () => {
      const { answer } = await signIn();
      expect(String(answer.headers["set-cookie"])).to.match(/^millrace=.*HttpOnly; SameSite=Lax/);
    });

    it("leaves no session behind for visitors who only pass through", async () => {
      const before = await world.db.one("SELECT COUNT(*) AS n FROM millrace_sessions");
      const answer = await request(world.app).get("/runs?status=failed");
      expect(answer.headers["location"]).to.equal("/login?next=%2Fruns%3Fstatus%3Dfailed");
      expect(cookieOf(answer)).to.equal(undefined);
      expect(await world.db.one("SELECT COUNT(*) AS n FROM millrace_sessions")).to.deep.equal(before);
    });

    it("answers alike to a wrong password and an unknown address, and writes it down", async () => {
      const [wrong, unknown] = [
        (await signIn(undefined, "ada@demo.test", "wrong")).answer,
        (await signIn(undefined, "eve@demo.test")).answer,
      ];
      expect([wrong.status, unknown.status]).to.deep.equal([401, 401]);
      const { data } = (await world.as("admin").get("/audit?action=login.failed")).body;
      expect(data.map(({ subject }: { subject: string }) => subject)).to.deep.equal(["eve@demo.test", "ada@demo.test"]);
    });

    it("refuses a change without the session's token, in forms and in the API", async () => {
      const { agent } = await signIn();
      const home = await agent.get("/");
      expect((await agent.post("/logout").type("form").send({ _csrf: "guessed" })).status).to.equal(403);
      const path = "/api/workspaces/demo/objects/deal/records";
      const body = { values: { name: "By script" } };
      const bare = await agent.post(path).send(body);
      expect([bare.status, bare.body.code]).to.deep.equal([403, "bad_csrf_token"]);
      expect((await agent.post(path).set("X-CSRF-Token", tokenIn(home.text)).send(body)).status).to.equal(201);
      expect((await agent.get(path)).status).to.equal(200);
    });

    it("refuses a change that another site's page has sent", async () => {
      const { agent } = await signIn();
      const home = await agent.get("/");
      const answer = await agent
        .post("/logout")
        .set("Origin", "https://evil.example")
        .type("form")
        .send({ _csrf: tokenIn(home.text) });
      expect(answer.status).to.equal(403);
    });

    it("ends for a person who is no longer active", async () => {
      const { agent } = await signIn();
      await world.db.run("UPDATE millrace_users SET active = ? WHERE id = ?", [false, world.user.id]);
      expect((await agent.get("/")).status).to.equal(303);
      await world.db.run("UPDATE millrace_users SET active = ? WHERE id = ?", [true, world.user.id]);
    });
  });
}

describe("sign-in", () => {
  it("over https sets a cookie that is bound to this host", async () => {
    const world = await webWorld("sqlite", { baseUrl: "https://crm.example.com" });
    const answer = await request(world.app).get("/login").set("X-Forwarded-Proto", "https");
    expect(String(answer.headers["set-cookie"])).to.match(/^__Host-millrace=.*Path=\/;.*Secure/);
    expect(answer.headers["strict-transport-security"]).to.include("max-age");
    await world.drop();
  });

  it("is throttled after ten failures for one account", async () => {
    const world = await webWorld("sqlite");
    const agent = request.agent(world.app);
    const token = /name="_csrf" value="([^"]+)"/.exec((await agent.get("/login")).text)?.[1];
    const statuses: number[] = [];
    for (let n = 0; n < 11; n++)
      statuses.push(
        (await agent.post("/login").type("form").send({ _csrf: token, email: "eve@demo.test", password: "x" })).status,
      );
    expect(statuses).to.deep.equal([...Array(10).fill(401), 429]);
    await world.drop();
  });

  it("keeps passwords as salted scrypt hashes", async () => {
    const [one, two] = [await hashPassword("secret"), await hashPassword("secret")];
    expect(one)
      .to.match(/^scrypt\$17\$8\$1\$/)
      .and.not.equal(two);
    expect(await verifyPassword("secret", one)).to.equal(true);
    expect(await verifyPassword("Secret", one)).to.equal(false);
    expect(await verifyPassword("secret", null)).to.equal(false);
  });
});
