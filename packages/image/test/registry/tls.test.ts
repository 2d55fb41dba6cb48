import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { requires } from "@wb/testing";
import { afterEach, expect, vi } from "vitest";
import { openRegistry, type Registry, type RegistryOptions } from "../../src/registry/registry.ts";
import { opener, randomBlob } from "./support/bytes.ts";
import { fakeServer } from "./support/fake-server.ts";
import { tlsServer } from "./support/tls-server.ts";

const test = requires("command:openssl");

afterEach(() => vi.unstubAllEnvs());

/** A registry that speaks TLS on loopback is one that was said to be insecure, or stands as a mirror. */
function open(domain: string, options: RegistryOptions = {}): Registry {
  return openRegistry({ domain, path: "a" }, { configDirectory: "/nonexistent", backoff: 1, ...options });
}

const closed = "127.0.0.1:1";

test("an insecure registry is spoken to by TLS with any certificate", async () => {
  await using server = await tlsServer((_, response) => response.end('{"tags":["1"]}'));
  using registry = open(server.domain, { insecure: [server.domain] });
  expect(await registry.tags()).toEqual(["1"]);
});

test("an insecure registry without TLS is spoken to without, and not asked for it again", async () => {
  await using server = await fakeServer((_, response) => response.end('{"tags":["1"]}'));
  using registry = open(server.domain, { insecure: [server.domain] });
  expect(await registry.tags()).toEqual(["1"]);
  expect(await registry.tags()).toEqual(["1"]);
  expect(server.asked.length).toBe(2);
});

test("an insecure registry that has spoken TLS is not spoken to without", async () => {
  let broken = false;
  await using server = await tlsServer((request, response) => {
    if (broken) request.socket.destroy();
    else response.end('{"tags":["1"]}');
  });
  using registry = open(server.domain, { insecure: [server.domain] });
  await registry.tags();
  broken = true;
  await expect(registry.tags()).rejects.toThrow(`GET https://${server.domain}/`);
});

test("a certificate that is not trusted is refused at once, unless `ca` has it", async () => {
  await using server = await tlsServer((_, response) => response.end("{}"));
  const mirrors = { [closed]: [`https://${server.domain}`] };
  using distrusting = open(closed, { mirrors, tries: 1 });
  await expect(distrusting.manifest("1")).rejects.toThrow("ECONNREFUSED");
  expect(server.asked).toEqual([]);
  using trusting = open(closed, { mirrors, ca: server.certificate });
  expect((await trusting.manifest("1")).bytes.toString()).toBe("{}");
});

test("a redirect from TLS to none is refused", async () => {
  await using plain = await fakeServer((_, response) => response.end("{}"));
  await using server = await tlsServer((_, response) => response.writeHead(307, { location: plain.url }).end());
  using registry = open(closed, { mirrors: { [closed]: [`https://${server.domain}`] }, ca: server.certificate });
  await expect(registry.manifest("1")).rejects.toThrow("ECONNREFUSED");
  expect(server.asked.length).toBe(1);
  expect(plain.asked).toEqual([]);
});

test("a password does not go without TLS where the registry has it", async () => {
  await using tokens = await fakeServer((_, response) => response.end('{"token":"t"}'));
  await using server = await tlsServer((_, response) => {
    response.writeHead(401, { "www-authenticate": `Bearer realm="${tokens.url}"` }).end();
  });
  const credentials = { username: "user", password: "secret" };
  using registry = open(server.domain, { insecure: [server.domain], credentials });
  await expect(registry.tags()).rejects.toThrow("which is not HTTPS");
  expect(tokens.asked).toEqual([]);
});

test("an upload stays with TLS where its registry does not know that it has it", async () => {
  const blob = randomBlob(100);
  await using server = await tlsServer((request, response) => {
    const location = `http://127.0.0.1/v2/a/blobs/uploads/1`;
    request.resume().once("end", () => response.writeHead(request.method === "POST" ? 202 : 201, { location }).end());
  });
  using registry = open(server.domain, { insecure: [server.domain] });
  await registry.pushBlob(blob, opener(blob));
  expect(server.asked.length).toBe(2);
});

test("a server that takes connections and never speaks is given up on", async () => {
  const server = createTcpServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const domain = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  using registry = open(domain, { insecure: [domain], timeouts: { connect: 1000, silence: 1000 }, tries: 1 });
  const begin = performance.now();
  await expect(registry.tags()).rejects.toThrow(`no answer from ${domain} within 1 s`);
  expect(performance.now() - begin).toBeGreaterThan(1990);
  server.close();
});

test("a certificate that is not trusted is an error with what to do, without a second try", async () => {
  await using server = await tlsServer((_, response) => response.end("{}"));
  const [host, port] = server.domain.split(":");
  const tunnel = createHttpServer().on("connect", (_: IncomingMessage, socket: Socket) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    const end = connect(Number(port), host);
    end.pipe(socket).pipe(end);
    for (const each of [socket, end]) each.on("error", () => {});
  });
  await new Promise<void>((resolve) => tunnel.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("https_proxy", `http://127.0.0.1:${(tunnel.address() as AddressInfo).port}`);
  using registry = open("registry.invalid", { backoff: 60_000 });
  await expect(registry.manifest("1")).rejects.toMatchObject({
    code: "WB_IMAGE_REGISTRY",
    message: expect.stringContaining("GET https://registry.invalid/v2/a/manifests/1: self-signed certificate"),
    hint: expect.stringContaining("NODE_EXTRA_CA_CERTS"),
  });
  tunnel.close();
  tunnel.closeAllConnections();
});

test("HTTP_PROXY is used, but not for loopback", async () => {
  await using proxy = await fakeServer((_, response) => response.end("{}"));
  await using server = await fakeServer((_, response) => response.end('{"tags":[]}'));
  vi.stubEnv("HTTP_PROXY", proxy.url);
  vi.stubEnv("http_proxy", proxy.url);
  using registry = open(server.domain, { mirrors: { [server.domain]: ["http://registry.invalid"] } });
  await registry.tags();
  expect(proxy.asked).toEqual([]);
  await registry.manifest("1");
  expect(proxy.asked).toEqual(["GET http://registry.invalid/v2/a/manifests/1"]);
});

test("HTTPS_PROXY is asked for a tunnel, which counts as a connection", async () => {
  await using server = await tlsServer((_, response) => setTimeout(() => response.end("{}"), 2500));
  const targets: string[] = [];
  const proxy = createHttpServer().on("connect", (request: IncomingMessage, socket: Socket) => {
    targets.push(request.url ?? "");
    const [host, port] = server.domain.split(":");
    const tunnel = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      tunnel.pipe(socket).pipe(tunnel);
    });
    for (const end of [socket, tunnel]) end.on("error", () => {});
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("https_proxy", `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  using registry = open("registry.invalid", { ca: server.certificate, timeouts: { connect: 2000 }, tries: 1 });
  expect((await registry.manifest("1")).bytes.toString()).toBe("{}");
  expect(targets).toEqual(["registry.invalid:443"]);
  proxy.close();
  proxy.closeAllConnections();
});
