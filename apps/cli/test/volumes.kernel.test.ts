import { execFileSync } from "node:child_process";
import { linkSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { busyboxRoot, requires, type TemporaryDirectory, temporaryDirectory } from "@wb/testing";
import { afterEach, beforeEach, describe, expect } from "vitest";
import { type Outcome, wb } from "./support/wb.ts";

let place: TemporaryDirectory;
let root: ReturnType<typeof busyboxRoot>;

beforeEach(() => {
  place = temporaryDirectory("wb-volumes-");
  root = busyboxRoot();
});
afterEach(async () => {
  const ids = (await call("ps", "-aq", "--no-trunc")).stdout.split("\n").filter(Boolean);
  if (ids.length > 0) await call("rm", "-f", ...ids);
  root[Symbol.dispose]();
  place[Symbol.dispose]();
});

function call(...args: readonly string[]): Promise<Outcome> {
  return wb(args, { env: { WB_ROOT: join(place.path, "data"), WB_STATE: join(place.path, "run") } });
}

function run(...args: readonly string[]): Promise<Outcome> {
  return call("run", "--rm", "--rootfs", root.path, ...args);
}

function data(name: string, ...path: readonly string[]): string {
  return join(place.path, "data/volumes", name, "_data", ...path);
}

const kernel = requires("root", "command:busybox");

describe("volumes of wb run", () => {
  kernel("are filled once with what the root has, as it is", async () => {
    const tree = join(root.path, "tree");
    mkdirSync(join(tree, "below"), { recursive: true });
    writeFileSync(join(tree, "file"), "one");
    linkSync(join(tree, "file"), join(tree, "below/same"));
    symlinkSync("/etc/shadow", join(tree, "out"));
    symlinkSync("loop", join(tree, "loop"));
    execFileSync("sh", ["-c", "mkfifo fifo; mknod null c 1 3; chmod 4755 file; chown 7:8 . file; chmod 0710 ."], {
      cwd: tree,
    });
    expect(await run("-v", "new:/tree", "cat", "/tree/below/same")).toMatchObject({ status: 0, stdout: "one" });
    const [copy, own] = [lstatSync(data("new", "file")), lstatSync(join(tree, "file"))];
    expect([copy.uid, copy.gid, copy.mode, copy.nlink, copy.mtimeMs]).toEqual([7, 8, own.mode, 2, own.mtimeMs]);
    expect(lstatSync(data("new", "out")).isSymbolicLink()).toBe(true);
    expect(lstatSync(data("new", "fifo")).isFIFO()).toBe(true);
    expect(lstatSync(data("new", "null")).rdev).toBe(lstatSync("/dev/null").rdev);
    expect([lstatSync(data("new")).uid, lstatSync(data("new")).mode & 0o7777]).toEqual([7, 0o710]);
    writeFileSync(join(tree, "file"), "two");
    expect((await run("-v", "new:/tree", "cat", "/tree/file")).stdout).toBe("one");
  });

  kernel("are filled with what is in the root, wherever a symbolic link there leads", async () => {
    mkdirSync(join(place.path, "secret"));
    writeFileSync(join(place.path, "secret/key"), "");
    symlinkSync(join(place.path, "secret"), join(root.path, "link"));
    await run("-v", "out:/link", "true");
    expect(readdirSync(data("out"))).toEqual([]);
  });

  kernel("are filled again when that was killed, and never in part", async () => {
    mkdirSync(join(root.path, "tree"));
    writeFileSync(join(root.path, "tree/file"), "whole");
    await call("volume", "create", "half");
    mkdirSync(join(place.path, "data/volumes/half/copy.new/tree"), { recursive: true });
    writeFileSync(join(place.path, "data/volumes/half/copy.new/tree/file"), "ha");
    expect((await run("-v", "half:/tree", "cat", "/tree/file")).stdout).toBe("whole");
    expect(readdirSync(join(place.path, "data/volumes/half")).toSorted()).toEqual(["_data", "meta.json"]);
  });

  kernel("are refused when a symbolic link stands for the data", async () => {
    await call("volume", "create", "bad");
    rmSync(data("bad"), { recursive: true });
    symlinkSync(place.path, data("bad"));
    expect((await run("-v", "bad:/tmp", "true")).status).not.toBe(0);
  });

  kernel("stay while a container has them, and those without a name go with it", async () => {
    const id = (
      await call("run", "-d", "--rootfs", root.path, "-v", "kept:/a", "-v", "/b", "sleep", "1000")
    ).stdout.trim();
    expect((await call("volume", "rm", "kept")).stderr).toContain(`remove kept: volume is in use - [${id}]`);
    await call("stop", "-t", "0", id);
    expect((await call("volume", "rm", "kept")).status).toBe(1);
    expect((await call("rm", "-v", id)).status).toBe(0);
    expect((await call("volume", "ls", "-q")).stdout).toBe("kept\n");
    expect(await call("volume", "rm", "kept")).toMatchObject({ status: 0, stdout: "kept\n" });
  });

  kernel("in memory are the same for all containers that run", async () => {
    await call("volume", "create", "-d", "tmpfs", "-o", "size=1m", "memory");
    await call("run", "-d", "--rootfs", root.path, "-v", "memory:/a", "sh", "-c", "echo here >/a/file; sleep 1000");
    expect((await run("-v", "memory:/b", "sh", "-c", "until cat /b/file; do sleep 0.05; done")).stdout).toBe("here\n");
    expect(readdirSync(data("memory"))).toEqual([]);
  });

  kernel("are one when six ask for it at once", async () => {
    mkdirSync(join(root.path, "tree"));
    writeFileSync(join(root.path, "tree/file"), "same");
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => run("-v", "one:/tree", "cat", "/tree/file")));
    expect(outcomes.map(({ stdout }) => stdout)).toEqual(Array(6).fill("same"));
    expect(readFileSync(data("one", "file"), "utf8")).toBe("same");
  });
});
