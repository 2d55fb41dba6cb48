import { createHash } from "node:crypto";
import { getEventListeners } from "node:events";
import type { ServerResponse } from "node:http";
import { describe, expect, test, vi } from "vitest";
import { ImageError } from "../../src/image-error.ts";
import { MEDIA } from "../../src/layout/media-types.ts";
import { openRegistry, type Registry, type RegistryOptions } from "../../src/registry/registry.ts";
import { collect, opener, randomBlob } from "./support/bytes.ts";
import { fakeServer } from "./support/fake-server.ts";

/** Without the saved credentials of who runs the test. */
function open(domain: string, options: RegistryOptions = {}): Registry {
  return openRegistry({ domain, path: "a" }, { configDirectory: "/nonexistent", backoff: 1, ...options });
}

const sendError = (response: ServerResponse, status: number, headers: Record<string, string> = {}): void => {
  response.writeHead(status, headers).end();
};

describe("blob()", () => {
  test.each([
    ["goes on by Range where the connection broke", true],
    ["reads again up to there where the server ignores Range", false],
  ])("%s", async (_, knowsRange) => {
    const blob = randomBlob(1_000_000);
    await using server = await fakeServer((request, response, { asked }) => {
      const from = knowsRange ? Number(/\d+/.exec(request.headers.range ?? "0")?.[0]) : 0;
      const rest = blob.bytes.subarray(from);
      const range = from > 0 ? { "content-range": `bytes ${from}-${blob.size - 1}/${blob.size}` } : {};
      response.writeHead(from > 0 ? 206 : 200, { "content-length": rest.length, ...range });
      if (asked.length > 3) response.end(rest);
      else
        response.write(rest.subarray(0, knowsRange ? 200_000 : 200_000 * asked.length), () =>
          setTimeout(() => response.destroy(), 20),
        );
    });
    let received = 0;
    using registry = open(server.domain, { onBytes: (count) => (received += count) });
    expect((await collect(registry.blob(blob))).equals(blob.bytes)).toBe(true);
    expect(server.asked.length).toBe(4);
    expect(server.headers.slice(1).every(({ range }) => range?.startsWith("bytes="))).toBe(true);
    expect(received === blob.size).toBe(knowsRange);
    expect(received).toBeGreaterThanOrEqual(blob.size);
  });

  test("gives up after five tries that brought nothing", async () => {
    const blob = randomBlob(1000);
    await using server = await fakeServer((_, response) => {
      response.writeHead(200, { "content-length": blob.size });
      response.flushHeaders();
      setTimeout(() => response.destroy(), 5);
    });
    using registry = open(server.domain);
    await expect(collect(registry.blob(blob))).rejects.toMatchObject({
      code: "WB_IMAGE_REGISTRY",
      message: expect.stringContaining(`GET ${server.url}/v2/a/blobs/${blob.digest}: `),
      cause: { code: "ECONNRESET" },
    });
    expect(server.asked.length).toBe(5);
  });

  test.each([
    ["fewer bytes than its size", 999],
    ["more", 1001],
  ])("refuses %s, without a length as well", async (_, size) => {
    const blob = randomBlob(size);
    await using server = await fakeServer((_request, response) => {
      response.flushHeaders();
      response.end(blob.bytes);
    });
    using registry = open(server.domain);
    await expect(collect(registry.blob({ ...blob, size: 1000 }))).rejects.toMatchObject({ code: "WB_IMAGE_INVALID" });
    expect(server.asked.length).toBe(1);
  });

  test("refuses a range other than the one that was asked for", async () => {
    const blob = randomBlob(1000);
    await using server = await fakeServer((_, response) => {
      response.writeHead(206, { "content-range": "bytes 600-999/1000" }).end(blob.bytes.subarray(600));
    });
    using registry = open(server.domain);
    await expect(collect(registry.blob(blob, { from: 500 }))).rejects.toThrow("the range of");
  });

  test("gives up on a server that sends nothing, but not on a reader that takes its time", async () => {
    const blob = randomBlob(5_000_000);
    let isHung = false;
    await using server = await fakeServer((_, response) => {
      response.writeHead(200, { "content-length": blob.size });
      if (isHung) response.write(blob.bytes.subarray(0, 10));
      else response.end(blob.bytes);
    });
    using registry = open(server.domain, { timeouts: { silence: 1000 }, tries: 2 });
    let first = true;
    let size = 0;
    for await (const chunk of registry.blob(blob)) {
      size += chunk.length;
      if (first) await new Promise((resolve) => setTimeout(resolve, 2000));
      first = false;
    }
    expect(size).toBe(blob.size);
    isHung = true;
    await expect(collect(registry.blob(blob))).rejects.toMatchObject({
      message: expect.stringContaining(`no more bytes from ${server.domain} within 1 s`),
    });
  });

  test("lets the connection go where its reader stops", async () => {
    const blob = randomBlob(50_000_000);
    let closed = false;
    await using server = await fakeServer((_, response) => {
      response.once("close", () => (closed = true));
      response.end(blob.bytes);
    });
    using registry = open(server.domain);
    for await (const chunk of registry.blob(blob)) if (chunk.length > 0) break;
    await expect.poll(() => closed).toBe(true);
  });

  test("ends with the reason of the signal", async () => {
    const blob = randomBlob(1000);
    const abort = new AbortController();
    await using server = await fakeServer((_, response) => {
      response.writeHead(200, { "content-length": blob.size }).write(blob.bytes.subarray(0, 10));
    });
    using registry = open(server.domain, { signal: abort.signal });
    const reason = new Error("enough");
    await expect(
      (async () => {
        for await (const _ of registry.blob(blob)) abort.abort(reason);
      })(),
    ).rejects.toBe(reason);
    await expect(registry.tags()).rejects.toBe(reason);
    expect(server.asked.length).toBe(1);
  });
});

describe("a request", () => {
  test("uses connections again, and leaves nothing at the signal", async () => {
    const blob = randomBlob(300_000);
    await using server = await fakeServer((request, response) => {
      if (request.method === "PUT") request.resume().once("end", () => sendError(response, 201));
      else if (request.method === "HEAD") sendError(response, 404, { "content-length": "10" });
      else if (request.method === "POST") sendError(response, 202, { location: "/v2/a/blobs/uploads/1" });
      else response.end(request.url!.includes("/blobs/") ? blob.bytes : '{"tags":[]}');
    });
    const warn = vi.spyOn(process, "emitWarning");
    const { signal } = new AbortController();
    using registry = open(server.domain, { signal });
    for (let count = 0; count < 10; count += 1) {
      await registry.tags();
      await registry.hasBlob(blob.digest);
      await collect(registry.blob(blob));
      await registry.pushBlob(blob, opener(blob));
    }
    // A second one where the next request comes before the end of an answer was read.
    expect(server.connections()).toBeLessThan(3);
    expect(getEventListeners(signal, "abort").length).toBeLessThan(3);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  test("is tried again after 503 twice", async () => {
    await using server = await fakeServer((_, response, { asked }) => {
      if (asked.length < 3) sendError(response, 503);
      else response.end('{"tags":["1"]}');
    });
    using registry = open(server.domain);
    expect(await registry.tags()).toEqual(["1"]);
    expect(server.asked.length).toBe(3);
  });

  test("waits as long as Retry-After of 429 says, and not at all where that is too long", async () => {
    let after = "1";
    await using server = await fakeServer((_, response, { asked }) => {
      if (asked.length === 1 || after !== "1") sendError(response, 429, { "retry-after": after });
      else response.end('{"tags":[]}');
    });
    using registry = open(server.domain);
    const begin = performance.now();
    expect(await registry.tags()).toEqual([]);
    expect(performance.now() - begin).toBeGreaterThan(990);
    after = "3600";
    await expect(registry.tags()).rejects.toMatchObject({
      code: "WB_IMAGE_REGISTRY",
      message: "toomanyrequests: too many requests",
      hint: `try again in 3600 s; wb login ${server.domain} may raise the limit`,
    });
    expect(server.asked.length).toBe(3);
  });

  test("fails after five tries with what the registry said, without what a terminal would obey", async () => {
    const errors = [{ code: "UNAVAILABLE", message: "not \u001B[31mnow" }];
    await using server = await fakeServer((_, response) => {
      response.writeHead(503).end(JSON.stringify({ errors }));
    });
    using registry = open(server.domain);
    await expect(registry.tags()).rejects.toThrow(/^unavailable: not  \[31mnow$/);
    expect(server.asked.length).toBe(5);
  });

  test("to nobody fails with the errno", async () => {
    const { domain } = await (async () => {
      await using server = await fakeServer(() => {});
      return server;
    })();
    using registry = open(domain);
    const { digest } = randomBlob(1);
    await expect(registry.pushBlob({ digest, size: 1 }, () => [])).rejects.toThrow("ECONNREFUSED");
    await expect(registry.tags()).rejects.toMatchObject({
      code: "WB_IMAGE_REGISTRY",
      message: `GET http://${domain}/v2/a/tags/list: connect ECONNREFUSED ${domain}`,
      cause: { code: "ECONNREFUSED" },
      hint: expect.stringContaining("nothing listens there"),
    });
  });

  test("ends where no answer comes", async () => {
    await using server = await fakeServer(() => {});
    using registry = open(server.domain, { timeouts: { silence: 50 }, tries: 2 });
    await expect(registry.tags()).rejects.toThrow(`no answer from ${server.domain} within 0.05 s`);
    expect(server.asked.length).toBe(2);
  });

  test.each(["a b", "a\r\nx: y", "../b", "A", "a:1", "a@b", "a?b", "", "a/", "a%2f"])(
    "is not made of the path %j",
    (path) => {
      expect(() => openRegistry({ domain: "127.0.0.1:1", path })).toThrow(ImageError);
    },
  );

  test.each(["127.0.0.1:1/x", "a.b\r\nx", "user@host.com", "a.b?c", "a.b#"])(
    "is not made of the domain %j",
    (domain) => {
      expect(() => openRegistry({ domain, path: "a" })).toThrow(ImageError);
    },
  );

  test.each(["1\r\nx: y", "../1", "a b", "", "sha256:1", "a?b", "a#"])("is not made of the tag %j", async (tag) => {
    using registry = open("127.0.0.1:1");
    await expect(registry.manifest(tag)).rejects.toMatchObject({ code: "WB_IMAGE_REFERENCE" });
    await expect(registry.headManifest(tag)).rejects.toMatchObject({ code: "WB_IMAGE_REFERENCE" });
    await expect(registry.putManifest(tag, Buffer.of(), "a")).rejects.toMatchObject({ code: "WB_IMAGE_REFERENCE" });
    expect(() => registry.blob({ digest: tag, size: 1 })).toThrow("invalid digest");
    await expect(registry.hasBlob(tag)).rejects.toThrow("invalid digest");
  });
});

describe("manifest()", () => {
  const bytes = Buffer.from('{"schemaVersion":2}');
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  const other = `sha256:${"0".repeat(64)}`;

  test("refuses bytes of another digest than the name or the header says", async () => {
    await using server = await fakeServer((request, response) => {
      const header = request.url?.endsWith("/header") === true ? { "docker-content-digest": other } : {};
      response.writeHead(200, { "content-type": `${MEDIA.manifest}; charset=utf-8`, ...header }).end(bytes);
    });
    using registry = open(server.domain);
    expect(await registry.manifest(digest)).toEqual({ bytes, digest, mediaType: MEDIA.manifest });
    expect(await registry.headManifest("1")).toEqual({ size: bytes.length, digest, mediaType: MEDIA.manifest });
    for (const reference of [other, "header"])
      await expect(registry.manifest(reference)).rejects.toMatchObject({ code: "WB_IMAGE_INVALID" });
  });

  test("refuses one of more than 4 MiB, with its length or without", async () => {
    await using server = await fakeServer((request, response) => {
      if (request.url?.endsWith("/long") === true) response.writeHead(200, { "content-length": 2 ** 40 });
      const more = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(2 ** 16, "x"), more);
      };
      more();
    });
    using registry = open(server.domain);
    for (const tag of ["long", "endless"])
      await expect(registry.manifest(tag)).rejects.toThrow("answers with more than 4194304 bytes");
  });
});

describe("tags()", () => {
  test("goes from page to page, but to no other server", async () => {
    await using elsewhere = await fakeServer((_, response) => response.end('{"tags":["3"]}'));
    await using server = await fakeServer((request, response) => {
      const isFirst = !request.url!.includes("last=");
      response.setHeader("link", isFirst ? '</v2/a/tags/list?last=1>; rel="next"' : `<${elsewhere.url}/>; rel="next"`);
      response.end(JSON.stringify({ tags: [isFirst ? "1" : "2"] }));
    });
    using registry = open(server.domain);
    expect(await registry.tags()).toEqual(["1", "2"]);
    expect(elsewhere.asked).toEqual([]);
  });
});

describe("pushBlob()", () => {
  test.each([
    ["goes on with an upload from where the registry says", true],
    ["begins again where the registry forgot the upload", false],
  ])("%s", async (_, remembers) => {
    const blob = randomBlob(9_000_000);
    let [kept, broken] = [Buffer.alloc(0), 0];
    await using server = await fakeServer((request, response) => {
      const [path = "", query] = request.url!.split("?");
      const range = { location: `${path}?_state=a%2Fb`, range: `0-${Math.max(0, kept.length - 1)}` };
      if (request.method === "HEAD") return sendError(response, 404);
      if (request.method === "GET") return sendError(response, remembers ? 204 : 404, range);
      if (request.method === "POST") {
        kept = Buffer.alloc(0);
        return sendError(response, 202, { location: "/v2/a/blobs/uploads/1?_state=a%2Fb" });
      }
      if (!query!.startsWith("_state=a%2Fb")) return sendError(response, 400);
      request.on("data", (chunk: Buffer) => {
        kept = Buffer.concat([kept, chunk]);
        if (kept.length > 3_000_000 * (broken + 1) && broken < 2) {
          broken += 1;
          request.destroy();
        }
      });
      request.on("end", () => {
        const isEnd = request.method === "PUT";
        sendError(response, isEnd ? 201 : 202, { ...range, range: `0-${kept.length - 1}` });
      });
      return undefined;
    });
    using registry = open(server.domain);
    await registry.pushBlob(blob, opener(blob));
    expect(kept.equals(blob.bytes)).toBe(true);
    expect(broken).toBe(2);
    const begun = server.asked.filter((asked) => asked.startsWith("POST")).length;
    expect(begun).toBe(remembers ? 1 : 3);
    expect(server.asked.at(-1)).toBe(
      `PUT /v2/a/blobs/uploads/1?_state=a%2Fb&digest=${encodeURIComponent(blob.digest)}`,
    );
  });

  test("is done where the blob is there after an end without an answer", async () => {
    const blob = randomBlob(1000);
    await using server = await fakeServer((request, response) => {
      if (request.method === "POST") sendError(response, 202, { location: "1" });
      else if (request.method === "HEAD") sendError(response, 200);
      else request.resume().once("end", () => response.destroy());
    });
    using registry = open(server.domain);
    await registry.pushBlob(blob, opener(blob));
    expect(server.asked.map((asked) => asked.split(" ")[0])).toEqual(["POST", "PUT", "HEAD"]);
  });

  test("ends where an answer comes before the end of the bytes", async () => {
    const blob = randomBlob(50_000_000);
    await using server = await fakeServer((request, response) => {
      if (request.method === "POST") sendError(response, 202, { location: "/v2/a/blobs/uploads/1" });
      else sendError(response, 413);
    });
    using registry = open(server.domain);
    await expect(registry.pushBlob(blob, opener(blob))).rejects.toThrow(/too large|ECONNRESET|EPIPE/);
  });

  test("gives up where an upload does not get on", async () => {
    const blob = randomBlob(5_000_000);
    await using server = await fakeServer((request, response) => {
      request.resume();
      if (request.method === "HEAD") return sendError(response, 404);
      request.once("end", () => sendError(response, 202, { location: "/v2/a/blobs/uploads/1", range: "0-0" }));
      return undefined;
    });
    using registry = open(server.domain);
    await expect(registry.pushBlob(blob, opener(blob))).rejects.toThrow("cannot go on: it says that it has 0 bytes");
  });
});
