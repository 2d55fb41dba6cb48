import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { requires, temporaryDirectory } from "@wb/testing";
import { expect, vi } from "vitest";
import { openRegistry } from "../../src/registry/registry.ts";
import { tlsServer } from "./support/tls-server.ts";

// In a file of its own: Node reads the authorities of the system once in a process.
requires("command:openssl")("what the system trusts is trusted, by requests at the same time as well", async () => {
  await using server = await tlsServer((_, response) => response.end("{}"));
  using directory = temporaryDirectory();
  const file = join(directory.path, "authorities");
  writeFileSync(file, server.certificate);
  vi.stubEnv("SSL_CERT_FILE", file);
  const domain = "127.0.0.1:1";
  const mirrors = { [domain]: [`https://${server.domain}`] };
  using registry = openRegistry({ domain, path: "a" }, { configDirectory: "/nonexistent", mirrors, tries: 1 });
  const got = await Promise.all(["1", "2", "3"].map((tag) => registry.manifest(tag)));
  expect(got.map(({ bytes }) => bytes.toString())).toEqual(["{}", "{}", "{}"]);
  vi.unstubAllEnvs();
});
