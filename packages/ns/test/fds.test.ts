import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { leavesHostUnchanged, temporaryDirectory } from "@wb/testing";
import { expect, test } from "vitest";
import { spawn, type SpawnOptions } from "../src/index.ts";
import { outputOfShell } from "./support/output-of.ts";

leavesHostUnchanged();

/** Files whose content is their name, opened for reading. */
function openFiles(...names: string[]) {
  const directory = temporaryDirectory();
  const fds = names.map((name) => {
    writeFileSync(join(directory.path, name), name);
    return openSync(join(directory.path, name), "r");
  });
  const close = (): void => {
    for (const fd of fds) closeSync(fd);
    directory[Symbol.dispose]();
  };
  return { fds, path: directory.path, [Symbol.dispose]: close };
}

/** Prints, for each number, the name of what is open there. */
const names = (...fds: number[]): string =>
  fds.map((fd) => `echo ${fd} $(basename $(readlink /proc/$$/fd/${fd}))`).join("; ");

const open = "ls /proc/$$/fd";

test("spawn() leaves the command stdin, stdout and stderr and nothing else, whatever is open here", async () => {
  using files = openFiles("a", "b");
  expect(await outputOfShell(open)).toBe("0\n1\n2");
  expect(await outputOfShell(open, { inherit: files.fds })).toBe("0\n1\n2");
});

test("spawn() gives the command fds by its own numbers", async () => {
  using files = openFiles("a", "b");
  const [a = -1, b = -1] = files.fds;
  expect(await outputOfShell(`${open}; ${names(3, 9)}`, { fds: { 3: a, 9: b } })).toBe("0\n1\n2\n3\n9\n3 a\n9 b");
});

test("spawn() swaps two numbers, and moves a chain of them", async () => {
  using files = openFiles("a", "b", "c");
  const [a = -1, b = -1, c = -1] = files.fds;
  expect(await outputOfShell(names(a, b), { fds: { [a]: b, [b]: a } })).toBe(`${a} b\n${b} a`);
  expect(await outputOfShell(names(a, b, c), { fds: { [a]: b, [b]: c, [c]: a } })).toBe(`${a} b\n${b} c\n${c} a`);
  expect(await outputOfShell(names(a), { fds: { [a]: a } })).toBe(`${a} a`);
});

test("spawn() swaps 3 and 4", async () => {
  using files = openFiles("a", "b");
  // In a process of its own, in which 3 and 4 are what this test wants.
  const script = `
    import { openSync } from "node:fs";
    import { spawn } from "@wb/ns";
    const child = await spawn(["/bin/sh", "-c", ${JSON.stringify(names(3, 4))}], { fds: { 3: 4, 4: 3 } });
    await child.wait();
  `;
  const node = [process.execPath, "--conditions=wb-source", "--input-type=module", "--eval", script];
  const [a = -1, b = -1] = files.fds;
  await using child = await spawn([node[0] ?? "", ...node.slice(1)], {
    fds: { 3: a, 4: b },
    cwd: join(import.meta.dirname, ".."),
    stdio: ["ignore", "pipe", "inherit"],
  });
  expect(await text(child.stdout!)).toBe("3 b\n4 a\n");
});

test("spawn() gives one open file under many numbers, and numbers far above", async () => {
  using files = openFiles("a");
  const [a = -1] = files.fds;
  expect(await outputOfShell(`${open}; ${names(900)}`, { fds: { 5: a, 6: a, 900: a } })).toBe(
    "0\n1\n2\n5\n6\n900\n900 a",
  );
});

test("spawn() lets fds replace the command's stdin", async () => {
  using files = openFiles("a");
  expect(await outputOfShell("cat", { fds: { 0: files.fds[0] ?? -1 } })).toBe("a");
});

test("spawn() refuses an fd that is not open here, and names it", async () => {
  await expect(spawn(["/bin/true"], { fds: { 3: 987 } })).rejects.toMatchObject({ syscall: "fcntl", code: "EBADF" });
});

test("spawn() connects pipes to all three", async () => {
  await using child = await spawn(["/bin/sh", "-c", "read line; echo got $line; echo err >&2"], { stdio: "pipe" });
  child.stdin!.end("hello\n");
  const [stdout, stderr, status] = await Promise.all([text(child.stdout!), text(child.stderr!), child.wait()]);
  expect([stdout, stderr, status]).toEqual(["got hello\n", "err\n", { code: 0, signal: null }]);
});

test("spawn() sends more through pipes than they hold", async () => {
  await using child = await spawn(["/bin/cat"], { stdio: ["pipe", "pipe", "inherit"] });
  const sent = "0123456789abcdef".repeat(500_000);
  child.stdin!.end(sent);
  expect((await text(child.stdout!)) === sent).toBe(true);
  expect(await child.wait()).toEqual({ code: 0, signal: null });
});

test("spawn() connects /dev/null for `ignore`, and has no streams for it", async () => {
  using output = openFiles("out");
  const out = openSync(join(output.path, "out"), "w");
  try {
    await using child = await spawn(["/bin/sh", "-c", "readlink /proc/$$/fd/0; readlink /proc/$$/fd/2; wc -c"], {
      stdio: ["ignore", out, "ignore"],
    });
    expect([child.stdin, child.stdout, child.stderr]).toEqual([null, null, null]);
    await child.wait();
  } finally {
    closeSync(out);
  }
  expect(readFileSync(join(output.path, "out"), "utf8")).toBe("/dev/null\n/dev/null\n0\n");
});

test("spawn() inherits this process's own stdio", async () => {
  await using child = await spawn(["/bin/sleep", "60"]);
  for (const fd of [0, 1, 2]) {
    const [here, there] = [fstatSync(fd), statSync(`/proc/${child.pid}/fd/${fd}`)];
    expect([there.dev, there.ino]).toEqual([here.dev, here.ino]);
  }
});

test("spawn() gives a file descriptor of this process as stdio, and leaves it open here", async () => {
  using files = openFiles("in");
  const [fd = -1] = files.fds;
  const child = await spawn(["/bin/sh", "-c", "test $(cat) = in"], { stdio: [fd, "ignore", "ignore"] });
  expect(await child.wait()).toEqual({ code: 0, signal: null });
  expect(readSync(fd, Buffer.alloc(1), 0, 1, 0)).toBe(1);
});

test.each<[title: string, options: SpawnOptions, message: string]>([
  ["a command that is missing", { stdio: "pipe", cwd: "/" }, "executable file not found"],
  ["set-up that fails", { stdio: "pipe", cwd: "/no/such/directory" }, "ENOENT"],
  ["fds that are not open", { stdio: "pipe", fds: { 3: 987 } }, "EBADF"],
])("spawn() closes every pipe after %s", async (_, options, message) => {
  // leavesHostUnchanged() compares what is open.
  await expect(spawn(["/no/such/command"], options)).rejects.toThrow(message);
});

test("spawn() makes the command's stdio blocking, and keeps it over execve", async () => {
  for (const stdio of ["pipe", "ignore", "inherit"] as const) {
    await using child = await spawn(["/bin/sleep", "60"], { stdio });
    for (const fd of [0, 1, 2]) {
      const [, flags = ""] = /flags:\s+(\d+)/u.exec(readFileSync(`/proc/${child.pid}/fdinfo/${fd}`, "utf8")) ?? [];
      expect(Number.parseInt(flags, 8) & (constants.O_NONBLOCK | O_CLOEXEC)).toBe(0);
    }
  }
});

const O_CLOEXEC = 0o2_000_000;
