import { execFileSync, spawn as spawnCommand } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { call, closeFd, into, MS, run, step } from "@wb/syscall";
import { busyboxRoot, leavesHostUnchanged, requires, temporaryDirectory, waitFor } from "@wb/testing";
import { expect } from "vitest";
import { enter, type Namespace, NAMESPACES, spawn, type SpawnOptions } from "../src/index.ts";
import { runAsNobody } from "./support/helper.ts";
import { KINDS, newKinds, printNamespaces } from "./support/namespace-links.ts";
import { outputIn, waiting } from "./support/target.ts";

leavesHostUnchanged();

function linksOf(pid: number): string {
  return KINDS.map((kind) => readlinkSync(`/proc/${pid}/ns/${NAMESPACES[kind].file}`)).join("\n");
}

requires("root", "timens").each(KINDS.map((kind) => [kind]))(
  "enter() enters the %s namespace of a process and no other",
  async (kind) => {
    await using target = await waiting(KINDS);
    const output = await outputIn(target.pid, [kind], printNamespaces);
    expect(newKinds(output)).toEqual([kind]);
    expect(output.split("\n")[KINDS.indexOf(kind)]).toBe(linksOf(target.pid).split("\n")[KINDS.indexOf(kind)]);
  },
);

requires("root", "timens")("enter() enters all namespaces by default, as nsenter --all does", async () => {
  await using target = await waiting(KINDS);
  const output = await outputIn(target.pid, undefined, printNamespaces);
  expect(output).toBe(linksOf(target.pid));
  const nsenter = ["--target", String(target.pid), "--all", "sh", "-c", printNamespaces];
  expect(output).toBe(execFileSync("nsenter", nsenter, { encoding: "utf8" }).trim());
});

requires("root", "command:unshare")("enter() enters the namespaces that unshare(1) made, by a pidfd", async () => {
  const target = spawnCommand("unshare", ["--uts", "--net", "--ipc", "sh", "-c", "hostname theirs; exec sleep 60"]);
  const own = readlinkSync("/proc/self/ns/ipc");
  await waitFor(() => {
    expect(readFileSync(`/proc/${target.pid}/comm`, "utf8")).toBe("sleep\n");
    expect(readlinkSync(`/proc/${target.pid}/ns/ipc`)).not.toBe(own);
  });
  const pidfd = openPidfd(target.pid ?? -1);
  expect(await outputIn({ pidfd }, ["uts", "net"], "hostname; tail -n +3 /proc/net/dev | cut -d: -f1")).toBe(
    "theirs\n    lo",
  );
  expect(newKinds(await outputIn({ pidfd }, undefined, printNamespaces))).toEqual(["net", "ipc", "uts"]);
  target.kill("SIGKILL");
  await once(target, "exit");
  // The pid may be another's by now: the pidfd refers to nobody.
  await expect(enter({ pidfd }, ["uts"], ["true"])).rejects.toMatchObject({ code: "ESRCH" });
  closeFd(pidfd);
});

requires("root")("enter() says ESRCH when there is no such process", async () => {
  await expect(enter(2 ** 22 + 1, undefined, ["true"])).rejects.toMatchObject({
    code: "ESRCH",
    message: "pidfd_open(4194305, 0): ESRCH, No such process",
  });
});

requires("root")("enter() says ESRCH for a process that has ended and was not waited for", async () => {
  // A shell that becomes sleep does not wait for what it started.
  await using parent = await spawn(["/bin/sh", "-c", "true & exec sleep 60"], { stdio: "ignore" });
  const zombie = await waitFor(() => {
    const [pid = ""] = readFileSync(`/proc/${parent.pid}/task/${parent.pid}/children`, "utf8").split(" ");
    expect(readFileSync(`/proc/${pid}/stat`, "utf8")).toMatch(/\) Z /u);
    return Number(pid);
  });
  for (const kinds of [undefined, ["net"]] as const)
    await expect(enter(zombie, kinds, ["true"])).rejects.toMatchObject({ code: "ESRCH", syscall: "setns" });
});

requires("root")("enter() passes over what the target shares, this process's own user namespace too", async () => {
  await using target = await waiting(["uts"]);
  expect(newKinds(await outputIn(target.pid, undefined, printNamespaces))).toEqual(["uts"]);
  expect(newKinds(await outputIn(target.pid, ["user", "net"], printNamespaces))).toEqual([]);
  expect(newKinds(await outputIn(process.pid, undefined, printNamespaces))).toEqual([]);
  expect(newKinds(await outputIn({ user: "/proc/self/ns/user" }, undefined, printNamespaces))).toEqual([]);
});

requires("root")("enter() makes the command a process of the pid namespace, with the mounts of its /proc", async () => {
  const proc = [
    step("a /proc of its own", [
      call("mount", "none", "/", null, MS.REC | MS.PRIVATE, null),
      call("mount", "proc", "/proc", "proc", 0, null),
    ]),
  ];
  await using target = await waiting(["pid", "mount"], { setup: proc });
  const [self, ...pids] = (await outputIn(target.pid, undefined, "echo $$; echo /proc/[0-9]*")).split(/\s+/u);
  expect(pids).toEqual(["/proc/1", `/proc/${self}`]);
});

requires("root", "command:busybox")(
  "enter() enters the target's root directory, made by chroot(2) or not",
  async () => {
    using root = busyboxRoot();
    const changeRoot = [step("change the root", [call("chroot", root.path), call("chdir", "/tmp")])];
    for (const namespaces of [["mount"], ["mount", "pid", "net"]] as const) {
      await using target = await waiting(namespaces, { setup: changeRoot });
      expect(await outputIn(target.pid, undefined, "pwd; echo /*")).toBe(
        "/\n/bin /dev /etc /proc /root /sys /tmp /var",
      );
      expect(await outputIn(target.pid, ["mount"], "pwd", { cwd: "/var" })).toBe("/var");
      if (namespaces.length > 1) expect(await outputIn(target.pid, ["net"], "pwd")).toBe(process.cwd());
    }
  },
);

requires("root", "init_userns")(
  "enter() makes the command root in a user namespace, unless `user` says otherwise",
  async () => {
    const maps = [{ inside: 0, outside: 100_000, count: 1000 }];
    await using target = await waiting(["user", "uts"], { uidMap: maps, gidMap: maps });
    const ids = "awk '/^([UG]id|Groups|CapEff):/ { print $1, $2 }' /proc/self/status";
    const root = "Uid: 0\nGid: 0\nGroups: \nCapEff: 000001ffffffffff";
    expect(await outputIn(target.pid, undefined, ids)).toBe(root);
    expect(await outputIn(target.pid, ["user"], ids)).toBe(root);
    const user = { uid: 7, gid: 8, groups: [9] };
    expect(await outputIn(target.pid, undefined, ids, { user })).toBe(
      "Uid: 7\nGid: 8\nGroups: 9\nCapEff: 0000000000000000",
    );
    // Root may set a host name of its own there, and not outside.
    expect(await outputIn(target.pid, undefined, "hostname inside && hostname")).toBe("inside");
    await expect(outputIn(target.pid, ["user"], "hostname outside")).rejects.toThrow("you must be root");
  },
);

requires(
  "root",
  "userns",
  "command:setpriv",
)("enter() enters the user namespace of an ordinary user, where groups cannot be dropped", async () => {
  const own = [
    "--reuid=65534",
    "--regid=65534",
    "--clear-groups",
    "unshare",
    "--user",
    "--map-root-user",
    "sleep",
    "60",
  ];
  const target = spawnCommand("setpriv", own, { stdio: "ignore" });
  const { pid = -1 } = target;
  await waitFor(() => expect(readFileSync(`/proc/${pid}/comm`, "utf8")).toBe("sleep\n"));
  const script = "cat /proc/self/setgroups; grep Groups: /proc/self/status";
  expect(await outputIn(pid, undefined, script)).toBe("deny\nGroups:");
  target.kill("SIGKILL");
  await once(target, "exit");
});

requires("root", "timens")(
  "enter() enters namespaces by their paths, in the order that the kernel asks for",
  async () => {
    await using target = await waiting(KINDS);
    const path = (kind: Namespace) => `/proc/${target.pid}/ns/${NAMESPACES[kind].file}`;
    const all: Partial<Record<Namespace, string>> = Object.fromEntries(KINDS.map((kind) => [kind, path(kind)]));
    expect(await outputIn(all, undefined, printNamespaces)).toBe(linksOf(target.pid));
    expect(newKinds(await outputIn(all, ["uts", "user"], printNamespaces))).toEqual(["uts", "user"]);
    expect(newKinds(await outputIn({ net: path("net") }, undefined, printNamespaces))).toEqual(["net"]);
    expect(newKinds(await outputIn(path("net"), ["net"], printNamespaces))).toEqual(["net"]);
    await expect(enter(path("net"), undefined, ["true"])).rejects.toThrow(/is one namespace: of which kind\?/u);
    await expect(enter(path("net"), ["net", "uts"], ["true"])).rejects.toThrow(TypeError);
  },
);

requires("root")("enter() refuses paths of something else, and names them", async () => {
  using directory = temporaryDirectory();
  const fifo = join(directory.path, "fifo");
  execFileSync("mkfifo", [fifo]);
  for (const net of ["/etc/passwd", "/etc", fifo, "/proc/1/ns/uts"]) {
    const uts = net.endsWith("uts");
    await using target = await waiting(["uts"]);
    const path = uts ? `/proc/${target.pid}/ns/uts` : net;
    const error: unknown = await enter({ net: path }, undefined, ["true"]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ syscall: "setns", code: "EINVAL" });
    expect((error as Error).message).toContain(uts ? "<uts:[" : `<${path}>`);
  }
  await expect(enter({ net: "/missing" }, undefined, ["true"])).rejects.toMatchObject({
    code: "ENOENT",
    path: "/missing",
  });
  await expect(enter({ net: "/proc/self/ns/net" }, ["uts"], ["true"])).rejects.toThrow(
    new TypeError("there is no path for the uts namespace"),
  );
});

requires("root", "timens")("enter() makes new namespaces in those that it enters", async () => {
  await using target = await waiting(["net", "pid"]);
  const output = await outputIn(target.pid, ["net", "pid"], printNamespaces, { namespaces: ["uts", "ipc", "cgroup"] });
  expect(newKinds(output)).toEqual(["pid", "net", "ipc", "uts", "cgroup"]);
  const lines = output.split("\n");
  for (const kind of ["net", "pid"] as const)
    expect(lines[KINDS.indexOf(kind)]).toBe(readlinkSync(`/proc/${target.pid}/ns/${kind}`));
  const inUser = await outputIn(target.pid, ["net"], "cat /proc/self/uid_map; readlink /proc/self/ns/net", {
    namespaces: ["user"],
    uidMap: [{ inside: 0, outside: 1000, count: 1 }],
  });
  expect(inUser.split(/\s+/u)).toEqual(["0", "1000", "1", readlinkSync(`/proc/${target.pid}/ns/net`)]);
});

requires("root", "timens")("enter() sees the target's clocks, and sets those of a new time namespace", async () => {
  await using target = await waiting(["time", "mount", "pid"], {
    timeOffsets: { boottime: 1_000_000 },
    setup: [
      step("a /proc in which this process is not", [
        call("mount", "none", "/", null, MS.REC | MS.PRIVATE, null),
        call("mount", "proc", "/proc", "proc", 0, null),
      ]),
    ],
  });
  const seconds = async (options: SpawnOptions): Promise<number> =>
    Number(await outputIn(target.pid, undefined, "cut -d . -f 1 /proc/uptime", options)) -
    Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
  expect(await seconds({})).toBeCloseTo(1_000_000, -2);
  expect(await seconds({ namespaces: ["time"], timeOffsets: { boottime: 2_000_000 } })).toBeCloseTo(2_000_000, -2);
});

requires("root").each(["user", "pid"] as const)(
  "enter() refuses to make a %s namespace in one that it enters",
  async (kind) => {
    await using target = await waiting([kind]);
    await expect(enter(target.pid, [kind], ["true"], { namespaces: [kind] })).rejects.toThrow(
      `a \`${kind}\` namespace cannot be entered and another one made in it at once`,
    );
  },
);

requires("root")("enter() rejects when the command or its set-up fails, and leaves nothing", async () => {
  await using target = await waiting(["uts", "pid"]);
  await expect(enter(target.pid, undefined, ["no-such-command"])).rejects.toMatchObject({
    name: "CommandError",
    code: "ENOENT",
  });
  const setup = [step("fail", [call("close", 987)])];
  for (const kinds of [["uts"], ["pid"]] as const)
    await expect(enter(target.pid, kinds, ["true"], { setup })).rejects.toMatchObject({ code: "EBADF", step: "fail" });
});

requires("root", "command:setpriv")(
  "an ordinary user may not enter the namespaces of root, and hears why",
  async () => {
    await using target = await waiting(["net"]);
    const { stdout, stderr } = runAsNobody(`
    import { enter } from "@wb/ns";
    const error = await enter(${target.pid}, ["net"], ["true"]).catch((thrown) => thrown);
    console.log(error.code, error.syscall, error.hint);
  `);
    expect({ stdout, stderr }).toEqual({ stdout: "EPERM setns this needs root (CAP_SYS_ADMIN)\n", stderr: "" });
  },
);

requires(
  "root",
  "userns",
  "command:setpriv",
)("an ordinary user enters namespaces of its own, by pid and by paths", () => {
  const { stdout, stderr } = runAsNobody(`
    import { enter, spawn } from "@wb/ns";
    const own = [{ inside: 0, outside: process.getuid(), count: 1 }];
    const box = await spawn(["sleep", "60"], { namespaces: ["user", "uts", "net", "mount", "pid"], uidMap: own, gidMap: own });
    const script = ["sh", "-c", "hostname box && hostname; id -u; readlink /proc/self/ns/net; tail -n +3 /proc/net/dev | wc -l"];
    await (await enter(box.pid, undefined, script)).wait();
    const ns = (file) => "/proc/" + box.pid + "/ns/" + file;
    await (await enter({ net: ns("net"), uts: ns("uts"), user: ns("user") }, undefined, script)).wait();
    await (await enter(box.pid, ["user"], ["id", "-u"], { user: { uid: 0, gid: 0, groups: "keep" } })).wait();
    await box[Symbol.asyncDispose]();
  `);
  expect(stderr).toBe("");
  const lines = stdout.trim().split("\n");
  expect(lines).toEqual(["box", "0", lines[2], "1", "box", "0", lines[2], "1", "0"]);
});

requires("root")("enter() takes two targets at once, many times", async () => {
  await using one = await waiting(["uts", "pid"], { setup: [step("name it", [call("sethostname", "one", 3)])] });
  await using two = await waiting(["uts", "pid"], { setup: [step("name it", [call("sethostname", "two", 3)])] });
  const names = await Promise.all(
    Array.from({ length: 40 }, (_, index) => outputIn((index % 2 === 0 ? one : two).pid, undefined, "hostname")),
  );
  expect(names).toEqual(Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? "one" : "two")));
});

function openPidfd(pid: number): number {
  return run([step("a pidfd", [into("pidfd", call("pidfd_open", pid, 0))])]).number("pidfd");
}
