import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { isSyscallError } from "@wb/syscall";
import { hostState, leavesHostUnchanged, requires, temporaryDirectory } from "@wb/testing";
import { expect } from "vitest";
import { enter, type Namespace, NAMESPACES, pin, PinError, spawn, unpin } from "../src/index.ts";
import { outputOfHelper } from "./support/helper.ts";
import { KINDS } from "./support/namespace-links.ts";
import { outputIn, waiting } from "./support/target.ts";

leavesHostUnchanged();

/** A directory in which pins of mount namespaces are allowed: a mount of its own, which is private. */
function privateDirectory() {
  const directory = temporaryDirectory();
  const run = (...argv: string[]): void => {
    const { status, stderr } = spawnSync(argv[0] ?? "", argv.slice(1), { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
  };
  run("mount", "--bind", directory.path, directory.path);
  run("mount", "--make-private", directory.path);
  return {
    path: directory.path,
    [Symbol.dispose]: () => {
      run("umount", directory.path);
      directory[Symbol.dispose]();
    },
  };
}

function link(pid: number, kind: Namespace): string {
  return readlinkSync(`/proc/${pid}/ns/${NAMESPACES[kind].file}`);
}

function thrownBy(what: () => unknown): unknown {
  try {
    what();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

requires("root", "timens").each(KINDS.map((kind) => [kind]))(
  "pin() keeps a %s namespace without a process, and unpin() lets it go",
  async (kind) => {
    using directory = privateDirectory();
    const path = join(directory.path, "pin");
    const target = await waiting([kind]);
    const wanted = link(target.pid, kind);
    pin(kind, target.pid, path);
    await target[Symbol.asyncDispose]();
    const mounts = readFileSync("/proc/self/mountinfo", "utf8");
    expect(mounts).toMatch(new RegExp(`${wanted.replaceAll(/[[\]]/gu, String.raw`\$&`)} ${path} .* - nsfs nsfs`, "u"));
    // A pid namespace has ended with its first process, and a user namespace whose maps have a root can be entered.
    if (kind !== "pid")
      expect(await outputIn({ [kind]: path }, [kind], `readlink /proc/self/ns/${NAMESPACES[kind].file}`)).toBe(wanted);
    unpin(path);
    expect(existsSync(path)).toBe(false);
    expect(hostState().mounts.filter((mount) => mount.startsWith(path))).toEqual([]);
  },
);

requires(
  "root",
  "command:nsenter",
  "command:unshare",
)("pins are those of unshare(1) and nsenter(1)", async () => {
  using directory = temporaryDirectory();
  const [ours, theirs] = [join(directory.path, "ours"), join(directory.path, "theirs")];
  await using target = await waiting(["uts"]);
  pin("uts", target.pid, ours);
  const entered = spawnSync("nsenter", [`--uts=${ours}`, "readlink", "/proc/self/ns/uts"], { encoding: "utf8" });
  expect(entered.stdout.trim()).toBe(link(target.pid, "uts"));
  unpin(ours);
  writeFileSync(theirs, "");
  expect(spawnSync("unshare", [`--uts=${theirs}`, "hostname", "kept"]).status).toBe(0);
  expect(await outputIn({ uts: theirs }, undefined, "hostname")).toBe("kept");
  unpin(theirs);
  expect(existsSync(theirs)).toBe(false);
});

requires(
  "root",
  "netns",
  "command:ip",
)("pin() and unpin() do what `ip netns` does", () => {
  const script = `
    import { execFileSync } from "node:child_process";
    import { pin, spawn, unpin } from "@wb/ns";
    const ip = (...args) => execFileSync("ip", args, { encoding: "utf8" }).trim();
    execFileSync("mount", ["-t", "tmpfs", "tmpfs", "/run"]);
    ip("netns", "add", "theirs");
    const box = await spawn(["sleep", "60"], { namespaces: ["net"] });
    pin("net", box.pid, "/run/netns/ours");
    console.log(ip("netns", "list").split("\\n").sort().join(), ip("netns", "pids", "ours") === String(box.pid));
    await box[Symbol.asyncDispose]();
    console.log(ip("netns", "exec", "ours", "ip", "-o", "link", "show").split(":")[1]);
    unpin("/run/netns/theirs");
    console.log(ip("netns", "list"));
    ip("netns", "delete", "ours");
    console.log(ip("netns", "list") === "");
  `;
  const node = [process.execPath, "--conditions=wb-source", "--input-type=module", "--eval", script];
  const cwd = join(import.meta.dirname, "..");
  const { stdout, stderr } = spawnSync("unshare", ["--mount", ...node], { cwd, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(stdout.split("\n")).toEqual(["ours,theirs true", " lo", "ours", "true", ""]);
});

requires("root")("pin() refuses a path where anything is, and leaves it", async () => {
  using directory = temporaryDirectory();
  await using target = await waiting(["uts"]);
  const [file, symlink, dangling, pinned] = ["file", "symlink", "dangling", "pinned"].map((name) =>
    join(directory.path, name),
  ) as [string, string, string, string];
  writeFileSync(file, "content");
  symlinkSync("file", symlink);
  symlinkSync("nowhere", dangling);
  pin("uts", target.pid, pinned);
  for (const path of [file, symlink, dangling, directory.path, pinned]) {
    expect(thrownBy(() => pin("uts", target.pid, path))).toMatchObject({ code: "EEXIST", syscall: "openat", path });
  }
  expect(readFileSync(symlink, "utf8")).toBe("content");
  expect(existsSync(join(directory.path, "nowhere"))).toBe(false);
  unpin(pinned);
});

requires("root")("pin() refuses what is no such namespace, and makes nothing", async () => {
  using directory = temporaryDirectory();
  await using target = await waiting(["uts"]);
  const path = join(directory.path, "pin");
  const uts = `/proc/${target.pid}/ns/uts`;
  expect(() => pin("net", uts, path)).toThrow(new PinError(uts, "this is a namespace of the kind uts, not net"));
  expect(() => pin("net", "/etc/passwd", path)).toThrow(new PinError("/etc/passwd", "this is no namespace"));
  expect(thrownBy(() => pin("net", 2 ** 22 + 1, path))).toMatchObject({ code: "ENOENT", path: "/proc/4194305/ns/net" });
  expect(thrownBy(() => pin("uts", target.pid, join(path, "pin")))).toMatchObject({ code: "ENOENT" });
  expect(existsSync(path)).toBe(false);
});

requires("root")("pin() says why a mount namespace is refused, and leaves nothing", async () => {
  using directory = privateDirectory();
  const path = join(directory.path, "pin");
  const own = thrownBy(() => pin("mount", "/proc/self/ns/mnt", path));
  expect(own).toMatchObject({
    name: "PinError",
    message: `${JSON.stringify(path)}: a mount namespace cannot be pinned in itself, nor in a newer one`,
    path,
  });
  expect(isSyscallError((own as Error).cause)).toBe(true);
  // With the copy in the new mount namespace it has a peer, to which the mount would propagate.
  spawnSync("mount", ["--make-shared", directory.path]);
  await using target = await waiting(["mount"]);
  expect(thrownBy(() => pin("mount", target.pid, path))).toMatchObject({
    message: `${JSON.stringify(path)}: a mount namespace cannot be pinned on a shared mount, as ${directory.path} is`,
    hint: `mount --bind ${directory.path} ${directory.path}; mount --make-private ${directory.path}`,
  });
  expect(existsSync(path)).toBe(false);
});

requires("root", "command:strace")(
  "pin() that is killed in the middle leaves a file that unpin() removes",
  async () => {
    using directory = temporaryDirectory();
    const path = join(directory.path, "pin");
    const script = `import { pin } from "@wb/ns"; pin("uts", "/proc/self/ns/uts", ${JSON.stringify(path)});`;
    const node = [process.execPath, "--conditions=wb-source", "--input-type=module", "--eval", script];
    const strace = ["--output=/dev/null", "--trace=move_mount", "--inject=move_mount:signal=KILL", ...node];
    const cwd = join(import.meta.dirname, "..");
    expect(spawnSync("strace", strace, { cwd }).signal).toBe("SIGKILL");
    expect(lstatSync(path)).toMatchObject({ size: 0, mode: 0o100_000 });
    expect(hostState().mounts.filter((mount) => mount.startsWith(path))).toEqual([]);
    expect(thrownBy(() => pin("uts", process.pid, path))).toMatchObject({ code: "EEXIST" });
    unpin(path);
    pin("uts", process.pid, path);
    unpin(path);
    expect(existsSync(path)).toBe(false);
  },
);

requires("root")("unpin() refuses what is no pin, and leaves it", () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, "file");
  const [empty, symlink, pinned] = [`${file} empty`, `${file} link`, `${file} pinned`];
  writeFileSync(file, "content");
  chmodSync(file, 0);
  writeFileSync(empty, "");
  pin("uts", process.pid, pinned);
  symlinkSync(pinned, symlink);
  for (const path of [file, empty, symlink, directory.path, "/", "/proc", "/dev/null"])
    expect(() => unpin(path)).toThrow(new PinError(path, "no namespace is pinned here"));
  expect(() => unpin("/proc/self/ns/uts")).toThrow(PinError);
  expect(thrownBy(() => unpin(join(directory.path, "missing")))).toMatchObject({ code: "ENOENT" });
  unpin(pinned);
  expect(readFileSync(file, "utf8")).toBe("content");
});

requires("root")("unpin() leaves a file that had content before it was a mount point", () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, "file");
  writeFileSync(file, "content");
  expect(spawnSync("mount", ["--bind", "/proc/self/ns/uts", file]).status).toBe(0);
  unpin(file);
  expect(readFileSync(file, "utf8")).toBe("content");
});

requires("root")("of two that pin or unpin a path at once one does it", async () => {
  using directory = temporaryDirectory();
  const output = await outputOfHelper(`
    import { Worker } from "node:worker_threads";
    const script = \`
      import { parentPort, workerData } from "node:worker_threads";
      import { pin, unpin } from "@wb/ns";
      const attempt = (what) => { try { what(); return "done"; } catch (error) { return error.code ?? error.name; } };
      const what = { pin: (path) => pin("uts", process.pid, path), unpin }[workerData];
      parentPort.postMessage(Array.from({ length: 100 }, (_, index) => attempt(() => what(${JSON.stringify(directory.path)} + "/" + index))));
    \`;
    const worker = (workerData) => new Promise((resolve) => new Worker(script, { eval: true, workerData }).once("message", resolve));
    for (const what of ["pin", "unpin"]) {
      const [one, two] = await Promise.all([worker(what), worker(what)]);
      console.log([...new Set(one.map((result, index) => [result, two[index]].sort().join()))].join(" "));
    }
  `);
  const [pins, unpins = ""] = output.split("\n");
  expect(pins).toBe("EEXIST,done");
  // The other one finds no path, no mount, or an empty file, which it removes as well.
  for (const results of unpins.split(" ")) expect(["ENOENT,done", "EINVAL,done", "done,done"]).toContain(results);
  expect(readdirSync(directory.path)).toEqual([]);
});

requires("root")("a command is run in namespaces that are pinned before it", async () => {
  using directory = privateDirectory();
  const path = (kind: Namespace) => join(directory.path, kind);
  const kinds = ["mount", "net", "uts"] as const;
  {
    await using maker = await spawn(["/bin/sleep", "60"], { namespaces: kinds, stdio: "ignore" });
    for (const kind of kinds) pin(kind, maker.pid, path(kind));
  }
  const pins = Object.fromEntries(kinds.map((kind) => [kind, path(kind)]));
  expect(
    await outputIn(
      pins,
      undefined,
      "hostname kept; touch /tmp/wb-pin-test; mount -t tmpfs tmpfs /mnt; touch /mnt/kept; rm /tmp/wb-pin-test",
    ),
  ).toBe("");
  expect(await outputIn(pins, undefined, "hostname; ls /mnt")).toBe("kept\nkept");
  expect(await (await enter(pins, undefined, ["sh", "-c", "exit 7"])).wait()).toEqual({ code: 7, signal: null });
  for (const kind of kinds) unpin(path(kind));
});

requires("root", "timens")("spawn() pins new namespaces before the command, which they outlive", async () => {
  using directory = privateDirectory();
  const kinds = KINDS.filter((kind) => kind !== "pid");
  const pins = Object.fromEntries(kinds.map((kind) => [kind, join(directory.path, kind)]));
  await using command = await waiting(KINDS, { pins, timeOffsets: { boottime: 1000 } });
  const links = kinds.map((kind) => link(command.pid, kind)).join("\n");
  await command[Symbol.asyncDispose]();
  const script = kinds.map((kind) => `readlink /proc/self/ns/${NAMESPACES[kind].file}`).join("; ");
  expect(await outputIn(pins, undefined, script)).toBe(links);
  for (const path of Object.values(pins)) unpin(path);
});

requires("root")("spawn() leaves no pin when one of them, or the command, is refused", async () => {
  using directory = temporaryDirectory();
  const [uts, net] = [join(directory.path, "uts"), join(directory.path, "net")];
  const namespaces = ["uts", "net"] as const;
  const missing = spawn(["no-such-command"], { namespaces, pins: { uts, net } });
  await expect(missing).rejects.toMatchObject({ name: "CommandError", code: "ENOENT" });
  expect([existsSync(uts), existsSync(net)]).toEqual([false, false]);
  writeFileSync(net, "content");
  await expect(spawn(["true"], { namespaces, pins: { uts, net } })).rejects.toMatchObject({
    code: "EEXIST",
    path: net,
  });
  expect(existsSync(uts)).toBe(false);
  await expect(spawn(["true"], { namespaces: ["uts"], pins: { net } })).rejects.toThrow(
    "`pins` has a path for net, which is not among the `namespaces`",
  );
});
