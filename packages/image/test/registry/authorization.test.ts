import type { IncomingMessage, ServerResponse } from "node:http";
import { expect, test, vi } from "vitest";
import { checkCredentials } from "../../src/registry/check-credentials.ts";
import { endpointsOf } from "../../src/registry/endpoints.ts";
import { openRegistry, type Registry, type RegistryOptions } from "../../src/registry/registry.ts";
import { collect, opener, randomBlob } from "./support/bytes.ts";
import { type FakeServer, fakeServer } from "./support/fake-server.ts";

const credentials = { username: "user", password: "secret" };

/** Without the saved credentials of who runs the test. */
function open(domain: string, options: RegistryOptions = {}): Registry {
  return openRegistry({ domain, path: "a" }, { configDirectory: "/nonexistent", backoff: 1, ...options });
}

interface TokenAnswer {
  readonly status?: number;
  readonly [field: string]: unknown;
}

/** A registry that wants tokens of the other server, which are numbered. */
async function withTokens(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  fields: TokenAnswer = {},
): Promise<
  AsyncDisposable & { readonly registry: FakeServer; readonly tokens: FakeServer; readonly bodies: string[] }
> {
  const bodies: string[] = [];
  let valid = "";
  const tokens = await fakeServer((request, response, { asked }) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      bodies.push(body);
      valid = `t${asked.length}`;
      response.writeHead(fields.status ?? 200).end(JSON.stringify({ token: valid, ...fields }));
    });
  });
  const registry = await fakeServer((request, response) => {
    if (valid !== "" && request.headers.authorization === `Bearer ${valid}`) return answer(request, response);
    const challenge = `Bearer realm="${tokens.url}/token?x=y",service="the registry",scope="repository:a:pull"`;
    response.writeHead(401, { "www-authenticate": challenge }).end();
    return undefined;
  });
  return {
    registry,
    tokens,
    bodies,
    [Symbol.asyncDispose]: async () => {
      await registry[Symbol.asyncDispose]();
      await tokens[Symbol.asyncDispose]();
    },
  };
}

const noTags = (_: IncomingMessage, response: ServerResponse): void => void response.end('{"tags":[]}');

test("a token is asked for once for a scope, until it expires", async () => {
  await using servers = await withTokens(noTags, { expires_in: 100 });
  using registry = open(servers.registry.domain, { credentials });
  await registry.tags();
  await Promise.all([registry.tags(), registry.tags()]);
  expect(servers.tokens.asked).toEqual([
    "GET /token?x=y&account=user&service=the+registry&scope=repository%3Aa%3Apull",
  ]);
  expect(servers.tokens.headers[0]?.authorization).toBe(`Basic ${Buffer.from("user:secret").toString("base64")}`);
  // The registry itself never sees the password.
  expect(servers.registry.headers.map(({ authorization }) => authorization)).toEqual([
    undefined,
    "Bearer t1",
    "Bearer t1",
    "Bearer t1",
  ]);
  const later = Date.now() + 95_000;
  vi.spyOn(Date, "now").mockImplementation(() => later);
  await registry.tags();
  vi.restoreAllMocks();
  expect(servers.tokens.asked.length).toBe(2);
  expect(servers.registry.headers.at(-1)?.authorization).toBe("Bearer t2");
});

test("a token that the registry takes no more is asked for again", async () => {
  let refused = false;
  await using servers = await withTokens((request, response) => {
    if (!refused && request.headers.authorization === "Bearer t1" && servers.registry.asked.length > 2) {
      refused = true;
      response.writeHead(401, { "www-authenticate": `Bearer realm="${servers.tokens.url}/token"` }).end();
    } else response.end('{"tags":[]}');
  });
  using registry = open(servers.registry.domain);
  await registry.tags();
  await registry.tags();
  expect(servers.tokens.asked.length).toBe(2);
});

test("a push asks for another scope than a pull, and a mount for both repositories", async () => {
  const blob = randomBlob(10);
  await using servers = await withTokens((request, response) => {
    response.writeHead(request.method === "HEAD" ? 404 : 201, { location: "/v2/a/blobs/uploads/1" }).end();
  });
  using registry = open(servers.registry.domain);
  await registry.hasBlob(blob.digest);
  await registry.mountBlob(blob.digest, "b/c");
  const scopes = servers.tokens.asked.map((asked) => new URL(asked.slice(4), "http://x").searchParams.getAll("scope"));
  expect(scopes).toEqual([["repository:a:pull,push"], ["repository:a:pull,push", "repository:b/c:pull"]]);
});

test("an identity token goes in the body of a POST", async () => {
  await using servers = await withTokens(noTags, { token: undefined, access_token: "t1" });
  const identityToken = "the identity&=";
  using registry = open(servers.registry.domain, { credentials: { username: "", password: "", identityToken } });
  await registry.tags();
  expect(servers.tokens.asked).toEqual(["POST /token?x=y"]);
  expect(Object.fromEntries(new URLSearchParams(servers.bodies[0]))).toEqual({
    grant_type: "refresh_token",
    service: "the registry",
    client_id: "wb",
    scope: "repository:a:pull",
    refresh_token: identityToken,
  });
  expect(servers.tokens.headers[0]?.authorization).toBeUndefined();
});

test("a token that is refused, missing or no word is an error that says how to log in", async () => {
  await using refusing = await withTokens(noTags, { status: 401 });
  await expect(checkCredentials(refusing.registry.domain, credentials)).rejects.toMatchObject({
    code: "WB_IMAGE_REGISTRY",
    message: expect.stringMatching(/gives no token .* with the credentials .*: unauthorized: authentication required$/),
    hint: `wb login ${refusing.registry.domain}`,
  });
  expect(refusing.tokens.asked.length).toBe(1);
  for (const token of ["", 1, "a\r\nx: y", "a b"]) {
    await using servers = await withTokens(noTags, { token });
    using registry = open(servers.registry.domain);
    await expect(registry.tags()).rejects.toThrow("answers without a token");
  }
});

test("a token that does not do is asked for once", async () => {
  await using servers = await withTokens((_, response) => {
    const errors = [{ code: "DENIED", message: "requested access to the resource is denied" }];
    const headers = { "www-authenticate": `Bearer realm="${servers.tokens.url}/",error="insufficient_scope"` };
    response.writeHead(401, headers).end(JSON.stringify({ errors }));
  });
  using registry = open(servers.registry.domain);
  await expect(registry.tags()).rejects.toThrow(/^denied: requested access to the resource is denied$/);
  expect(servers.tokens.asked.length).toBe(1);
});

test.each(["ftp://x/", "", "x", "file:///etc/passwd", "javascript:1"])("the realm %j is refused", async (realm) => {
  await using server = await fakeServer((_, response) => {
    response.writeHead(401, { "www-authenticate": `Bearer realm="${realm}"` }).end();
  });
  await expect(checkCredentials(server.domain, credentials)).rejects.toThrow("which is not HTTPS");
});

test("Authorization does not follow a redirect to another origin, nor back from there", async () => {
  const blob = randomBlob(1000);
  await using servers: Awaited<ReturnType<typeof withTokens>> = await withTokens((_, response) => {
    response.writeHead(307, { location: `${elsewhere.url}/there` }).end();
  });
  await using elsewhere = await fakeServer((request, response) => {
    if (request.url === "/there") response.writeHead(302, { location: "/blob" }).end();
    else response.end(blob.bytes);
  });
  using registry = open(servers.registry.domain, { credentials });
  expect(await collect(registry.blob(blob))).toEqual(blob.bytes);
  expect(elsewhere.asked).toEqual(["GET /there", "GET /blob"]);
  for (const { authorization } of elsewhere.headers) expect(authorization).toBeUndefined();
});

test("Basic credentials do not follow a redirect, and a 401 from elsewhere is not answered", async () => {
  await using elsewhere = await fakeServer((request, response) => {
    if (request.url === "/back") response.writeHead(302, { location: `${server.url}/v2/back` }).end();
    else response.writeHead(401, { "www-authenticate": "Basic" }).end();
  });
  await using server: FakeServer = await fakeServer((request, response) => {
    if (request.url === "/v2/back") response.writeHead(200).end('{"tags":[]}');
    else if (request.headers.authorization === undefined)
      response.writeHead(401, { "www-authenticate": "Basic" }).end();
    else response.writeHead(302, { location: `${elsewhere.url}/${server.asked.length < 4 ? "back" : "no"}` }).end();
  });
  using registry = open(server.domain, { credentials });
  await registry.tags();
  expect(server.asked).toEqual(["GET /v2/a/tags/list", "GET /v2/a/tags/list", "GET /v2/back"]);
  expect(server.headers.map(({ authorization }) => authorization !== undefined)).toEqual([false, true, false]);
  await expect(registry.tags()).rejects.toThrow("unauthorized");
  expect(elsewhere.headers.map(({ authorization }) => authorization)).toEqual([undefined, undefined]);
});

test("a redirect without an end, without HTTP, or with what was sent to another origin is refused", async () => {
  let location = "/v2/a/tags/list";
  await using server = await fakeServer((_, response) => response.writeHead(307, { location }).end());
  using registry = open(server.domain);
  await expect(registry.tags()).rejects.toThrow("redirects more than 10 times");
  location = "file:///etc/passwd";
  await expect(registry.tags()).rejects.toThrow("which is no URL of HTTP");
  location = "http://127.0.0.1:1/";
  await expect(registry.putManifest("1", Buffer.from("{}"), "a/b")).rejects.toThrow("redirects what was sent to it");
});

test("an upload elsewhere is sent without Authorization", async () => {
  const blob = randomBlob(100);
  await using elsewhere = await fakeServer((request, response) => {
    request.resume().once("end", () => response.writeHead(201).end());
  });
  await using servers = await withTokens((_, response) => {
    response.writeHead(202, { location: `${elsewhere.url}/upload?a=b` }).end();
  });
  using registry = open(servers.registry.domain, { credentials });
  await registry.pushBlob(blob, opener(blob));
  expect(elsewhere.asked).toEqual([`PUT /upload?a=b&digest=${encodeURIComponent(blob.digest)}`]);
  expect(elsewhere.headers[0]?.authorization).toBeUndefined();
});

test("the credentials of a registry are not those of its mirror", async () => {
  await using mirror = await fakeServer((_, response) => {
    response.writeHead(401, { "www-authenticate": "Basic" }).end();
  });
  await using server = await fakeServer((_, response) => response.end("{}"));
  using registry = open(server.domain, { credentials, mirrors: { [server.domain]: [mirror.url] } });
  await registry.manifest("1");
  expect(mirror.asked.length).toBe(1);
  expect(mirror.headers[0]?.authorization).toBeUndefined();
});

test.each([
  ["docker.io", ["https://registry-1.docker.io/"]],
  ["quay.io", ["https://quay.io/"]],
  ["a.b:5000", ["https://a.b:5000/"]],
  ["localhost:5000", ["http://localhost:5000/"]],
  ["127.1.2.3", ["http://127.1.2.3/"]],
  ["[::1]:5000", ["http://[::1]:5000/"]],
  ["127.0.0.1.evil.com", ["https://127.0.0.1.evil.com/"]],
  ["insecure.example", ["https://insecure.example/", "http://insecure.example/"]],
  ["mirrored.example", ["https://m.example/", "http://n.example:1/sub/", "https://mirrored.example/"]],
])("endpointsOf(%j) is %j", (domain, expected) => {
  const mirrors = { "mirrored.example": ["https://m.example", "http://n.example:1/sub"] };
  const endpoints = endpointsOf(domain, { mirrors, insecure: ["insecure.example"] });
  expect(endpoints.map(({ url }) => url.href)).toEqual(expected);
  expect(endpoints.every(({ verify }) => verify === (domain !== "insecure.example"))).toBe(true);
});

test.each(["x", "ftp://a", "https://u:p@a", "https://a?b", ""])("endpointsOf() refuses the mirror %j", (mirror) => {
  expect(() => endpointsOf("a.b", { mirrors: { "a.b": [mirror] } })).toThrow("is no URL of a mirror");
});
