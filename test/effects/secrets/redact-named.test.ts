import { expect } from "chai";
import { redactNamed, typedSecrets } from "../../../src/effects/index.js";

const request = {
  url: "https://erp.test/orders?page=2&token=abc123&api_key=k9",
  headers: {
    Authorization: "Bearer abc123",
    "X-Api-Key": "k9",
    Cookie: "sid=1",
    Accept: "text/plain",
    "X-Signed": "Bearer {{ secrets.erp_key }}",
  },
  auth: { secret: "erp_key", scheme: "bearer" },
  body: { user: "ann", password: "hunter2", clientSecret: "s", maxTokens: 5, tokens: "some words", keyword: "spring" },
};

describe("a password typed into a config", () => {
  it("is found by the name it stands under, and in an address", () => {
    expect(typedSecrets(request)).to.deep.equal([
      "url",
      "headers.Authorization",
      "headers.X-Api-Key",
      "headers.Cookie",
      "body.password",
      "body.clientSecret",
    ]);
  });

  it("is hidden in what is logged, and nothing else is", () => {
    expect(redactNamed(request)).to.deep.equal({
      ...request,
      url: "https://erp.test/orders?page=2&token=[hidden]&api_key=[hidden]",
      headers: { ...request.headers, Authorization: "[hidden]", "X-Api-Key": "[hidden]", Cookie: "[hidden]" },
      body: { ...request.body, password: "[hidden]", clientSecret: "[hidden]" },
    });
  });

  it("is no template, and no secret that is hidden already", () => {
    expect(typedSecrets({ headers: { Authorization: "Bearer {{ secrets.erp_key }}" } })).to.deep.equal([]);
    const hidden = { headers: { Authorization: "Bearer [secret erp_key]" } };
    expect([typedSecrets(hidden), redactNamed(hidden)]).to.deep.equal([[], hidden]);
  });
});
