import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { requires, temporaryDirectory } from "@wb/testing";
import { describe, expect } from "vitest";
import { ImageError } from "../../src/image-error.ts";
import { MEDIA } from "../../src/layout/media-types.ts";
import { checkCredentials } from "../../src/registry/check-credentials.ts";
import { openRegistry, type Registry, type RegistryOptions } from "../../src/registry/registry.ts";
import { saveCredentials } from "../../src/registry/save-credentials.ts";
import { blobOf, collect, opener, randomBlob } from "./support/bytes.ts";
import { debianRegistry } from "./support/debian-registry.ts";

const test = requires("command:docker-registry");
const credentials = { username: "user", password: "secret" };

const manifestOf = (config: { digest: string; size: number }): Buffer =>
  Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA.manifest,
      config: { mediaType: MEDIA.config, digest: config.digest, size: config.size },
      layers: [],
    }),
  );

/** Without the saved credentials of who runs the test. */
function open(domain: string, path: string, options: RegistryOptions = {}): Registry {
  return openRegistry({ domain, path }, { configDirectory: "/nonexistent", backoff: 1, ...options });
}

describe("openRegistry() and Debian's docker-registry", () => {
  test("pushes blobs of every size in one request or in chunks, and pulls them again", async () => {
    await using server = await debianRegistry();
    using registry = open(server.domain, "some/path");
    for (const [size, chunk] of [
      [0, undefined],
      [1, undefined],
      [70_000, undefined],
      [70_000, 30_000],
      [9_000_000, undefined],
      [9_000_000, 2_000_000],
      [9_000_000, 3_000_000],
    ] as const) {
      const blob = randomBlob(size);
      const progress: number[] = [];
      if (size > 0) expect(await registry.hasBlob(blob.digest)).toBe(false);
      const onProgress = (sent: number): number => progress.push(sent);
      await registry.pushBlob(blob, opener(blob), { onProgress, ...(chunk === undefined ? {} : { chunk }) });
      expect(progress.at(-1) ?? 0).toBe(size);
      expect(await registry.hasBlob(blob.digest)).toBe(true);
      expect((await collect(registry.blob(blob))).equals(blob.bytes)).toBe(true);
    }
  });

  test("begins a blob again where its bytes break off", async () => {
    await using server = await debianRegistry();
    using registry = open(server.domain, "a");
    const blob = randomBlob(9_000_000);
    let [opened, left] = [0, 5_000_000];
    await registry.pushBlob(blob, async function* breaking(from) {
      opened += 1;
      for await (const bytes of opener(blob)(from)) {
        yield bytes;
        if (opened === 1 && (left -= bytes.length) < 0) throw Object.assign(new Error("reset"), { code: "ECONNRESET" });
      }
    });
    expect(opened).toBeGreaterThan(1);
    expect((await collect(registry.blob(blob))).equals(blob.bytes)).toBe(true);
  });

  test("pulls a part of a blob", async () => {
    await using server = await debianRegistry();
    using registry = open(server.domain, "a");
    const blob = randomBlob(1000);
    await registry.pushBlob(blob, opener(blob));
    for (const from of [1, 999, 1000])
      expect(await collect(registry.blob(blob, { from }))).toEqual(blob.bytes.subarray(from));
  });

  test("refuses a blob of other bytes than its digest says, and of another size", async () => {
    await using server = await debianRegistry();
    using registry = open(server.domain, "a");
    const [blob, other] = [randomBlob(1000), randomBlob(1000)];
    await expect(registry.pushBlob(blob, opener(other))).rejects.toThrow("digest invalid");
    await expect(registry.pushBlob({ ...blob, size: 1001 }, opener(blob))).rejects.toThrow("1 bytes less");
    await registry.pushBlob(blob, opener(blob));
    await expect(collect(registry.blob({ ...blob, size: 1001 }))).rejects.toMatchObject({ code: "WB_IMAGE_INVALID" });
    await expect(collect(registry.blob({ ...blob, size: 999 }))).rejects.toMatchObject({ code: "WB_IMAGE_INVALID" });
  });

  test("mounts a blob of another repository, and not one that is not there", async () => {
    await using server = await debianRegistry();
    using from = open(server.domain, "from");
    using to = open(server.domain, "to");
    const blob = randomBlob(100);
    expect(await to.mountBlob(blob.digest, "from")).toBe(false);
    await from.pushBlob(blob, opener(blob));
    expect(await to.mountBlob(blob.digest, "from")).toBe(true);
    expect(await to.hasBlob(blob.digest)).toBe(true);
  });

  test("puts manifests and gets them by tag and by digest", async () => {
    await using server = await debianRegistry();
    using registry = open(server.domain, "a/b");
    const config = blobOf(Buffer.from("{}"));
    await registry.pushBlob(config, opener(config));
    const bytes = manifestOf(config);
    const { digest, size } = blobOf(bytes);
    expect(await registry.putManifest("1", bytes, MEDIA.manifest)).toEqual({ digest });
    expect(await registry.manifest("1")).toEqual({ bytes, mediaType: MEDIA.manifest, digest });
    expect(await registry.manifest(digest)).toEqual({ bytes, mediaType: MEDIA.manifest, digest });
    expect(await registry.headManifest("1")).toEqual({ size, mediaType: MEDIA.manifest, digest });
    await registry.putManifest("2.0", bytes, MEDIA.manifest);
    expect((await registry.tags()).toSorted()).toEqual(["1", "2.0"]);
  });

  test("says what is not there in docker's words", async () => {
    await using server = await debianRegistry();
    using registry = open(server.domain, "a");
    const { digest, size } = randomBlob(1);
    const code = "WB_IMAGE_NOT_FOUND";
    await expect(registry.manifest("1")).rejects.toMatchObject({
      code,
      message: `manifest for ${server.domain}/a:1 not found: manifest unknown: manifest unknown`,
    });
    await expect(registry.manifest(digest)).rejects.toMatchObject({ code });
    await expect(registry.headManifest("1")).rejects.toMatchObject({ code });
    await expect(collect(registry.blob({ digest, size }))).rejects.toMatchObject({ code });
    await expect(registry.tags()).rejects.toMatchObject({ code });
  });

  test("logs in with saved credentials, and says how where there are none", async () => {
    await using server = await debianRegistry({ password: true });
    using directory = temporaryDirectory();
    const configDirectory = join(directory.path, "docker");
    using nobody = open(server.domain, "a");
    const refused = {
      code: "WB_IMAGE_REGISTRY",
      message: "unauthorized: authentication required",
      hint: `wb login ${server.domain}`,
    };
    await expect(nobody.tags()).rejects.toMatchObject(refused);
    await expect(nobody.headManifest("1")).rejects.toMatchObject(refused);
    await expect(checkCredentials(server.domain, { ...credentials, password: "wrong" })).rejects.toMatchObject(refused);
    await checkCredentials(server.domain, credentials);
    await saveCredentials(server.domain, credentials, { directory: configDirectory });
    using registry = open(server.domain, "a", { configDirectory });
    const blob = randomBlob(5_000_000);
    await registry.pushBlob(blob, opener(blob));
    expect((await collect(registry.blob(blob))).equals(blob.bytes)).toBe(true);
    using other = open(server.domain, "a", { credentials });
    expect(await other.hasBlob(blob.digest)).toBe(true);
    writeFileSync(join(configDirectory, "config.json"), "{");
    using unreadable = open(server.domain, "a", { configDirectory });
    await expect(unreadable.tags()).rejects.toThrow(ImageError);
  });

  test("pulls through a mirror what it has, and the rest from the registry", async () => {
    await using server = await debianRegistry();
    await using mirror = await debianRegistry();
    const [here, there] = [randomBlob(100), randomBlob(100)];
    using own = open(server.domain, "a");
    await own.pushBlob(here, opener(here));
    using its = open(mirror.domain, "a");
    await its.pushBlob(there, opener(there));
    const mirrors = { [server.domain]: ["http://127.0.0.1:1", `http://${mirror.domain}`] };
    using registry = open(server.domain, "a", { mirrors });
    for (const blob of [here, there]) expect(await collect(registry.blob(blob))).toEqual(blob.bytes);
    expect(await registry.hasBlob(there.digest)).toBe(false);
  });
});
