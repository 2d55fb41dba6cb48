import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { credentialsOf } from "../../src/registry/credentials.ts";
import { eraseCredentials, saveCredentials } from "../../src/registry/save-credentials.ts";

interface Scene extends Disposable {
  readonly directory: string;
  readonly file: string;
  readonly config: () => Record<string, unknown>;
}

function scene(config?: unknown): Scene {
  const place = temporaryDirectory();
  const directory = join(place.path, "docker");
  const file = join(directory, "config.json");
  if (config !== undefined) {
    mkdirSync(directory);
    writeFileSync(file, typeof config === "string" ? config : JSON.stringify(config), { mode: 0o644 });
  }
  return {
    directory,
    file,
    config: () => JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>,
    [Symbol.dispose]: () => place[Symbol.dispose](),
  };
}

/** docker-credential-test in PATH, which keeps what it is given in a file beside it. */
function helper(directory: string): string {
  const file = join(directory, "docker-credential-test");
  const script = `#!/bin/sh
cd '${directory}'
echo "$1" >>actions
case $1 in
get) read -r key; [ -e "$(echo "$key" | tr /: __)" ] || { echo 'credentials not found in native keychain'; exit 1; }
  cat "$(echo "$key" | tr /: __)" ;;
store) cat >new; key=$(sed 's/.*"ServerURL":"\\([^"]*\\)".*/\\1/' new); mv new "$(echo "$key" | tr /: __)" ;;
erase) read -r key; rm "$(echo "$key" | tr /: __)" ;;
esac
`;
  writeFileSync(file, script, { mode: 0o755 });
  vi.stubEnv("PATH", `${directory}:${process.env["PATH"]}`);
  return file;
}

afterEach(() => vi.unstubAllEnvs());

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const user = { username: "user", password: "pass:word" };

describe("credentialsOf()", () => {
  test.each([
    ["a.b", { "a.b": { auth: base64("user:pass:word") } }, user],
    ["a.b", { "a.b": { auth: base64("user:pass:word\0\0") } }, user],
    ["a.b", { "a.b": user }, user],
    ["a.b", { "https://a.b/v1/": { auth: base64("user:pass:word") } }, user],
    ["a.b:5000", { "http://a.b:5000": { auth: base64("user:pass:word") } }, user],
    ["a.b", { "a.b:5000": { auth: base64("user:pass:word") } }, undefined],
    ["a.b", { "a.b.c": { auth: base64("user:pass:word") }, "x.a.b": { auth: base64("user:pass:word") } }, undefined],
    ["a.b", { "a.b": {} }, undefined],
    [
      "a.b",
      { "a.b": { auth: base64("<token>:"), identitytoken: "t" } },
      { username: "<token>", password: "", identityToken: "t" },
    ],
    ["docker.io", { "https://index.docker.io/v1/": { auth: base64("user:pass:word") } }, user],
    ["docker.io", { "docker.io": { auth: base64("user:pass:word") } }, user],
    ["__proto__", {}, undefined],
  ])("finds those of %j in %j", async (registry, auths, expected) => {
    using place = scene({ auths });
    expect(await credentialsOf(registry, place)).toEqual(expected);
  });

  test("finds none without a file, and in an empty one", async () => {
    using none = scene();
    expect(await credentialsOf("a.b", none)).toBeUndefined();
    using empty = scene("");
    expect(await credentialsOf("a.b", empty)).toBeUndefined();
  });

  test.each(['{"auths": {"a.b": {"auth": "c2VjcmV0"', "[]", '{"auths":[]}', '{"auths":{"a":1}}', '{"credsStore":1}'])(
    "refuses %s, without a word of what is in it",
    async (text) => {
      using place = scene(text);
      const error = (await credentialsOf("a.b", place).catch((thrown: unknown) => thrown)) as Error;
      expect(error).toMatchObject({ code: "WB_IMAGE_REGISTRY", message: expect.stringContaining(place.file) });
      expect(`${error.message} ${String(error.cause)}`).not.toContain("c2Vj");
    },
  );

  test("is of $DOCKER_CONFIG, else of $HOME", async () => {
    using place = scene({ auths: { "a.b": { auth: base64("user:pass:word") } } });
    vi.stubEnv("DOCKER_CONFIG", place.directory);
    expect(await credentialsOf("a.b")).toEqual(user);
    vi.stubEnv("DOCKER_CONFIG", "");
    vi.stubEnv("HOME", place.directory);
    expect(await credentialsOf("a.b")).toBeUndefined();
  });
});

describe("saveCredentials()", () => {
  test("makes a file for its owner alone, and eraseCredentials() takes the entry out again", async () => {
    using place = scene();
    expect(await saveCredentials("a.b", user, place)).toEqual({ path: place.file });
    expect(place.config()).toEqual({ auths: { "a.b": { auth: base64("user:pass:word") } } });
    expect(statSync(place.file).mode & 0o777).toBe(0o600);
    expect(statSync(place.directory).mode & 0o777).toBe(0o700);
    expect(await credentialsOf("a.b", place)).toEqual(user);
    expect(await eraseCredentials("a.b", place)).toBe(true);
    expect(await eraseCredentials("a.b", place)).toBe(false);
    expect(place.config()).toEqual({ auths: {} });
  });

  test("keeps what else is in the file, and the link that leads to it", async () => {
    const auths = { "c.d": { auth: base64("x:y"), email: "e" } };
    using place = scene({ HttpHeaders: { a: "b" }, auths });
    symlinkSync("config.json", join(place.directory, "link"));
    mkdirSync(join(place.directory, "other"));
    symlinkSync("../config.json", join(place.directory, "other/config.json"));
    await saveCredentials("docker.io", user, { directory: join(place.directory, "other") });
    expect(place.config()).toEqual({
      HttpHeaders: { a: "b" },
      auths: { ...auths, "https://index.docker.io/v1/": { auth: base64("user:pass:word") } },
    });
    expect(statSync(place.file).mode & 0o777).toBe(0o600);
    expect(readdirSync(place.directory).toSorted()).toEqual(["config.json", "link", "other"]);
    await saveCredentials("e.f", { username: "u", password: "", identityToken: "t" }, place);
    expect(await credentialsOf("e.f", place)).toEqual({ username: "u", password: "", identityToken: "t" });
  });

  test("leaves a file as it is that it cannot read", async () => {
    using place = scene("{");
    await expect(saveCredentials("a.b", user, place)).rejects.toMatchObject({ code: "WB_IMAGE_REGISTRY" });
    expect(readFileSync(place.file, "utf8")).toBe("{");
  });

  test.each([{ credsStore: "test" }, { credsStore: "other", credHelpers: { "a.b": "test" } }])(
    "gives them to the helper of %j",
    async (config) => {
      using place = scene(config);
      helper(place.directory);
      expect(await credentialsOf("a.b", place)).toBeUndefined();
      expect(await saveCredentials("a.b", user, place)).toEqual({ path: place.file, helper: "test" });
      expect(place.config()).toEqual({ ...config, auths: { "a.b": {} } });
      expect(await credentialsOf("a.b", place)).toEqual(user);
      expect(await eraseCredentials("a.b", place)).toBe(true);
      expect(place.config()).toEqual({ ...config, auths: {} });
      expect(await credentialsOf("a.b", place)).toBeUndefined();
      await saveCredentials("a.b", { username: "", password: "", identityToken: "t" }, place);
      expect(await credentialsOf("a.b", place)).toEqual({ username: "", password: "", identityToken: "t" });
    },
  );

  test.each(["missing", "../x", "a b"])("says that the helper %j does not work", async (credsStore) => {
    using place = scene({ credsStore });
    await expect(saveCredentials("a.b", user, place)).rejects.toThrow(`docker-credential-${credsStore} store: `);
    await expect(credentialsOf("a.b", place)).rejects.toMatchObject({ code: "WB_IMAGE_REGISTRY" });
    expect(existsSync(`${place.file}.new`)).toBe(false);
  });
});
