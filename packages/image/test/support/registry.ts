import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";
import { vi } from "vitest";

/** Debian's docker-registry, on a port of this machine alone. */
export interface TestRegistry extends AsyncDisposable {
  /** `127.0.0.1:40001` */
  readonly host: string;
  /** How often blobs were asked for, by their digests: what its log says. */
  readonly fetched: () => ReadonlyMap<string, number>;
}

/** @param htpasswd its line lets in one that it names, and nobody else */
export async function testRegistry(htpasswd?: string): Promise<TestRegistry> {
  const directory = temporaryDirectory("wb-registry-");
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const [config, log, users] = ["config.yml", "log", "htpasswd"].map((name) => join(directory.path, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(join(directory.path, "data"));
  writeFileSync(users, `${htpasswd ?? ""}\n`);
  const auth = htpasswd === undefined ? "" : `auth: {htpasswd: {realm: wb, path: ${users}}}\n`;
  writeFileSync(
    config,
    `version: 0.1\nlog: {accesslog: {disabled: false}, level: warn}\nstorage: {filesystem: {rootdirectory: ${directory.path}/data}}\nhttp: {addr: "${host}"}\n${auth}`,
  );
  const child = spawn("sh", ["-c", 'exec docker-registry serve "$0" >"$1" 2>&1', config, log], { stdio: "ignore" });
  const ended = once(child, "exit");
  await vi.waitFor(async () => {
    await fetch(`http://${host}/v2/`);
  }, 10_000);
  return {
    host,
    fetched: () => {
      const counts = new Map<string, number>();
      for (const [, digest = ""] of readFileSync(log, "utf8").matchAll(
        /"GET \/v2\/\S+\/blobs\/(sha256:[\da-f]{64}) HTTP/g,
      ))
        counts.set(digest, (counts.get(digest) ?? 0) + 1);
      return counts;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await ended;
      directory[Symbol.dispose]();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Something between a client and a registry, which may spoil an answer. */
export interface Between extends AsyncDisposable {
  readonly host: string;
}

/**
 * @param spoil gets each request, and its answer by the registry; it sends what it wants
 * @param knowsRanges without, the registry is never asked for a part
 */
export async function between(
  registry: string,
  spoil: (asked: IncomingMessage, answer: IncomingMessage, to: ServerResponse) => void,
  knowsRanges = true,
): Promise<Between> {
  const server: Server = createServer((asked, to) => {
    const [hostname, port] = registry.split(":");
    const { method, url } = asked;
    const { range, ...others } = asked.headers;
    const headers = knowsRanges && range !== undefined ? { ...others, range } : others;
    const own = request({ hostname, port, method, path: url, headers }, (answer) => spoil(asked, answer, to));
    own.on("error", () => to.destroy());
    asked.pipe(own);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Gives an answer on as it is. */
export function pass(answer: IncomingMessage, to: ServerResponse): void {
  to.writeHead(answer.statusCode ?? 500, answer.headers);
  answer.pipe(to);
}
