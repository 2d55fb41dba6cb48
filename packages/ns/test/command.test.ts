import { chmodSync, closeSync, mkdirSync, openSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isSyscallError } from "@wb/syscall";
import { leavesHostUnchanged, requires, temporaryDirectory } from "@wb/testing";
import { expect, test } from "vitest";
import { CommandError, spawn } from "../src/index.ts";
import { outputOf, outputOfShell } from "./support/output-of.ts";

leavesHostUnchanged();

/** A directory with one thing of each kind that a command's name may lead to. */
function binaries() {
  const directory = temporaryDirectory();
  const file = (name: string, text: string, mode: number): void => {
    mkdirSync(join(directory.path, name, ".."), { recursive: true });
    writeFileSync(join(directory.path, name), text);
    chmodSync(join(directory.path, name), mode);
  };
  file("good/tool", "#!/bin/sh\necho the good one\n", 0o755);
  file("plain/tool", "#!/bin/sh\necho not executable\n", 0o644);
  file("garbage/tool", "neither ELF nor #!", 0o755);
  file("orphan/tool", "#!/no/such/interpreter\n", 0o755);
  mkdirSync(join(directory.path, "directory/tool"), { recursive: true });
  writeFileSync(join(directory.path, "file"), "");
  return directory;
}

test.each<[name: string, code: string, message: string]>([
  ["missing/tool", "ENOENT", "executable file not found"],
  ["orphan/tool", "ENOENT", "executable file not found"],
  ["file/tool", "ENOTDIR", "executable file not found"],
  ["plain/tool", "EACCES", "permission denied"],
  ["directory/tool", "EACCES", "permission denied"],
  ["garbage/tool", "ENOEXEC", "exec format error"],
])("spawn() refuses %s with a CommandError %s", async (name, code, message) => {
  using directory = binaries();
  const command = join(directory.path, name);
  const error: unknown = await spawn([command]).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CommandError);
  expect(error).toMatchObject({
    name: "CommandError",
    code,
    command,
    message: `${JSON.stringify(command)}: ${message}`,
  });
  expect(isSyscallError((error as CommandError).cause)).toBe(true);
});

test("spawn() names $PATH when a command was searched there", async () => {
  await expect(spawn(["no-such-tool"], { env: { PATH: "/bin" } })).rejects.toThrow(
    '"no-such-tool": executable file not found in $PATH',
  );
  await expect(spawn([""], { env: {} })).rejects.toMatchObject({ code: "ENOENT" });
});

test("spawn() passes over what may not be executed in the PATH of the command's env", async () => {
  using directory = binaries();
  const path = (...names: string[]) => names.map((name) => join(directory.path, name)).join(":");
  const PATH = path("missing", "file", "plain", "directory", "good", "garbage");
  expect(await outputOf(["tool"], { env: { PATH } })).toBe("the good one");
  await expect(spawn(["tool"], { env: { PATH: path("missing", "plain", "directory") } })).rejects.toMatchObject({
    code: "ENOENT",
  });
  // What was found but is no program ends the search, as it does in docker.
  await expect(spawn(["tool"], { env: { PATH: path("garbage", "good") } })).rejects.toMatchObject({ code: "ENOEXEC" });
});

test("spawn() takes an empty entry of PATH for the working directory", async () => {
  using directory = binaries();
  expect(await outputOf(["tool"], { env: { PATH: "/nowhere:" }, cwd: join(directory.path, "good") })).toBe(
    "the good one",
  );
});

test("spawn() passes arguments as they are", async () => {
  const args = ["", " ", "a b", "-n", "--", "ünï", "$HOME", "'", '"', "\\", "\n", "x".repeat(100_000)];
  const printed = await outputOf(["/bin/sh", "-c", 'for a; do printf "%s|" "$a"; done', "sh", ...args]);
  expect(printed).toBe(args.map((arg) => `${arg}|`).join(""));
});

test("spawn() refuses a NUL byte, which would cut an argument short", async () => {
  await expect(spawn(["/bin/echo", "a\0b"])).rejects.toThrow("NUL");
  await expect(spawn(["/bin/echo"], { env: { A: "\0" } })).rejects.toThrow("NUL");
});

test("spawn() gives the command env and nothing else; names without a value are left out", async () => {
  expect(await outputOf(["/usr/bin/env"], { env: { B: "2", A: "", C: undefined } })).toBe("B=2\nA=");
});

test("spawn() gives the command this process's environment by default", async () => {
  process.env["WB_TEST_INHERITED"] = "yes";
  expect(await outputOfShell("echo $WB_TEST_INHERITED")).toBe("yes");
  delete process.env["WB_TEST_INHERITED"];
});

test("spawn() shows argv0 to the command, and searches the first word", async () => {
  const printName = ["sh", "-c", "tr '\\0' '|' </proc/$$/cmdline"] as const;
  expect(await outputOf(printName, { argv0: "-login" })).toMatch(/^-login\|-c\|/u);
  expect(await outputOf(printName)).toMatch(/^sh\|-c\|/u);
});

test("spawn() starts in cwd", async () => {
  using directory = temporaryDirectory();
  const path = realpathSync(directory.path);
  symlinkSync(path, join(path, "link"));
  expect(await outputOfShell("pwd -P", { cwd: path })).toBe(path);
  expect(await outputOfShell("pwd -P", { cwd: join(path, "link") })).toBe(path);
  expect(await outputOfShell("pwd -P")).toBe(process.cwd());
});

test.each<[cwd: string, code: string]>([
  ["/no/such/directory", "ENOENT"],
  ["/etc/passwd", "ENOTDIR"],
  ["", "ENOENT"],
])("spawn() refuses the cwd %j with %s", async (cwd, code) => {
  await expect(spawn(["/bin/true"], { cwd })).rejects.toMatchObject({
    syscall: "openat2",
    code,
    step: `start in ${cwd}`,
  });
});

test("spawn() refuses a cwd through a magic link of /proc (CVE-2024-21626)", async () => {
  const fd = openSync("/", "r");
  const refusals = [
    [`/proc/self/fd/${fd}`, "ENOENT"], // closed before
    ["/proc/self/fd/7", "ELOOP"], // the command's own
    ["/proc/self/fd/7/etc", "ELOOP"],
    ["/proc/self/cwd", "ELOOP"],
    ["/proc/self/root/etc", "ELOOP"],
  ] as const;
  try {
    for (const [cwd, code] of refusals) {
      const spawned = spawn(["/bin/true"], { cwd, inherit: [fd], fds: { 7: fd } });
      await expect(spawned).rejects.toMatchObject({ syscall: "openat2", code });
    }
  } finally {
    closeSync(fd);
  }
});

requires("root")("spawn() runs the command as a user with exactly its groups", async () => {
  const printIds = "awk '/^[UG]id:|^Groups:|^CapEff:/ { $1 = $1; print }' /proc/self/status";
  expect(await outputOfShell(printIds, { user: { uid: 1000, gid: 1001, groups: [44, 70_000] } })).toBe(
    "Uid: 1000 1000 1000 1000\nGid: 1001 1001 1001 1001\nGroups: 44 70000\nCapEff: 0000000000000000",
  );
  expect(await outputOfShell(printIds, { user: { uid: 1000, gid: 1001 } })).toContain("\nGroups:\n");
});

requires("root")("spawn() looks for cwd and command as the user", async () => {
  using directory = binaries();
  chmodSync(directory.path, 0o700);
  const user = { uid: 1000, gid: 1000 };
  await expect(spawn(["/bin/true"], { cwd: directory.path + "/good", user })).rejects.toMatchObject({
    code: "EACCES",
    syscall: "openat2",
  });
  await expect(spawn([join(directory.path, "good/tool")], { user })).rejects.toMatchObject({
    name: "CommandError",
    code: "EACCES",
  });
});
