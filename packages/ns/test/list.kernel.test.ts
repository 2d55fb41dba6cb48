import { execFileSync, spawn as spawnCommand, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { leavesHostUnchanged, requires, temporaryDirectory, waitFor } from "@wb/testing";
import { expect, test } from "vitest";
import { list, type NamespaceInfo, NAMESPACES, pin, spawn, unpin } from "../src/index.ts";
import { outputOfHelper, runAsNobody } from "./support/helper.ts";
import { KINDS } from "./support/namespace-links.ts";
import { waiting } from "./support/target.ts";

leavesHostUnchanged();

const COLUMNS = "NS,TYPE,NPROCS,PID,COMMAND,UID,NETNSID,PNS,ONS";

/** What lsns(8) says about namespaces, in our words. */
function lsns(inodes: ReadonlySet<number>): NamespaceInfo[] {
  const { namespaces } = JSON.parse(
    execFileSync("lsns", ["--json", "--list", "--output", COLUMNS], { encoding: "utf8" }),
  ) as { namespaces: Record<string, string | number | null>[] };
  return namespaces
    .filter(({ ns }) => inodes.has(Number(ns)))
    .map(({ ns, type, nprocs, pid, command, uid, netnsid, pns, ons }) => ({
      kind: KINDS.find((kind) => NAMESPACES[kind].file === type)!,
      inode: Number(ns),
      processes: Number(nprocs),
      pid: Number(pid),
      command: String(command),
      uid: Number(uid),
      paths: [],
      ...(netnsid === null ? {} : { netnsId: netnsid === "unassigned" ? ("unassigned" as const) : Number(netnsid) }),
      ...(Number(pns) === 0 ? {} : { parent: Number(pns) }),
      ...(Number(ons) === 0 ? {} : { owner: Number(ons) }),
    }))
    .toSorted((a, b) => a.inode - b.inode);
}

function inodesOf(pid: number): Set<number> {
  return new Set(KINDS.map((kind) => inodeAt(`/proc/${pid}/ns/${NAMESPACES[kind].file}`)));
}

function inodeAt(path: string): number {
  return Number(/\d+/u.exec(readlinkSync(path))?.[0]);
}

requires(
  "root",
  "timens",
  "command:lsns",
)("list() tells what lsns tells", async () => {
  await using one = await waiting(KINDS);
  await using two = await spawn(["sh", "-c", "sleep 60 & wait"], { namespaces: ["net", "pid"], stdio: "ignore" });
  const inodes = new Set([...inodesOf(one.pid), ...inodesOf(two.pid)]);
  const host = inodesOf(process.pid);
  const own = new Set([...inodes].filter((inode) => !host.has(inode)));
  expect(own.size).toBe(KINDS.length + 2);
  await waitFor(() => expect(childrenOf(two.pid)).toHaveLength(1));
  expect(list().filter(({ inode }) => own.has(inode))).toEqual(lsns(own));
  // Of those of the host the number of processes changes meanwhile.
  const unnumbered = (found: readonly NamespaceInfo[]) => found.map((info) => ({ ...info, processes: 0 }));
  expect(unnumbered(list().filter(({ inode }) => host.has(inode)))).toEqual(unnumbered(lsns(host)));
});

requires("root", "timens")("list() of some processes has their namespaces only", async () => {
  await using one = await waiting(KINDS);
  expect(list({ pids: [one.pid] }).map(({ inode }) => inode)).toEqual([...inodesOf(one.pid)].toSorted((a, b) => a - b));
  expect(list({ pids: [one.pid] })).toEqual(list().filter(({ inode }) => inodesOf(one.pid).has(inode)));
  expect(list({ pids: [one.pid, one.pid] })).toHaveLength(KINDS.length);
  expect(list({ pids: [2 ** 22 + 1] })).toEqual([]);
  expect(list({ pids: [] })).toEqual([]);
});

requires("root")("list() shows what is pinned, with and without a process", async () => {
  using directory = temporaryDirectory();
  const [path, another] = [join(directory.path, "a b\\c"), join(directory.path, "ü")];
  const target = await waiting(["uts"]);
  const inode = inodeAt(`/proc/${target.pid}/ns/uts`);
  pin("uts", target.pid, path);
  pin("uts", path, another);
  const owner = inodeAt("/proc/self/ns/user");
  const pinned = { kind: "uts", inode, paths: [path, another], owner };
  const find = () => list().find((info) => info.inode === inode);
  expect(find()).toEqual({ ...pinned, processes: 1, pid: target.pid, command: "/bin/sleep 60", uid: 0 });
  await target[Symbol.asyncDispose]();
  expect(find()).toEqual({ ...pinned, processes: 0 });
  for (const one of [path, another]) unpin(one);
  expect(find()).toBeUndefined();
});

requires("root")("list() finds owners and parents that have no process", async () => {
  const target = spawnCommand("unshare", ["-U", "-r", "unshare", "-U", "-r", "-n", "sleep", "60"], { stdio: "ignore" });
  await waitFor(() => expect(readFileSync(`/proc/${target.pid}/comm`, "utf8")).toBe("sleep\n"));
  const found = list();
  const byInode = (inode: number | undefined) => found.find((info) => info.inode === inode);
  const inner = byInode(inodeAt(`/proc/${target.pid}/ns/user`));
  const outer = byInode(inner?.parent);
  expect(inner).toMatchObject({ kind: "user", processes: 1, owner: outer?.inode });
  const first = inodeAt("/proc/self/ns/user");
  expect(outer).toEqual({ kind: "user", inode: outer?.inode, processes: 0, paths: [], owner: first, parent: first });
  expect(byInode(inodeAt(`/proc/${target.pid}/ns/net`))).toMatchObject({ kind: "net", owner: inner?.inode });
  target.kill("SIGKILL");
  await once(target, "exit");
});

requires(
  "root",
  "netns",
  "command:ip",
  "command:lsns",
)("list() tells the ids of network namespaces, as lsns does", () => {
  const script = `
    import { execFileSync } from "node:child_process";
    import { list, spawn } from "@wb/ns";
    const run = (file, ...args) => execFileSync(file, args, { encoding: "utf8" });
    const boxes = [await spawn(["sleep", "60"], { namespaces: ["net"] }), await spawn(["sleep", "60"], { namespaces: ["net"] })];
    run("ip", "link", "add", "wb0", "type", "veth", "peer", "name", "wb1", "netns", String(boxes[0].pid));
    const wanted = JSON.parse(run("lsns", "--json", "--type", "net", "--output", "NS,PID,NETNSID")).namespaces;
    const netns = list().filter(({ kind, pid }) => kind === "net" && wanted.some((one) => one.pid === pid));
    console.log(JSON.stringify(netns.map(({ inode, pid, netnsId }) => [inode, pid, String(netnsId)])));
    const sorted = wanted.sort((a, b) => a.ns - b.ns).filter(({ pid }) => netns.some((one) => one.pid === pid));
    console.log(JSON.stringify(sorted.map(({ ns, pid, netnsid }) => [ns, pid, netnsid])));
    for (const box of boxes) await box[Symbol.asyncDispose]();
  `;
  const node = [process.execPath, "--conditions=wb-source", "--input-type=module", "--eval", script];
  const { stdout, stderr } = spawnSync("unshare", ["--net", ...node], {
    cwd: join(import.meta.dirname, ".."),
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  const [ours, theirs] = stdout
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  expect(ours).toEqual(theirs);
  expect(stdout).toContain('"0"]');
});

requires(
  "root",
  "userns",
  "command:setpriv",
  "command:lsns",
)("list() shows an ordinary user its own, as lsns does", () => {
  const { stdout, stderr } = runAsNobody(`
    import { execFileSync } from "node:child_process";
    import { list, spawn } from "@wb/ns";
    const own = [{ inside: 0, outside: process.getuid(), count: 1 }];
    const box = await spawn(["sleep", "60"], { namespaces: ["user", "net", "pid", "uts"], uidMap: own, gidMap: own });
    const json = execFileSync("lsns", ["--json", "--list", "--output", "NS,TYPE,PID,UID,PNS,ONS"], { encoding: "utf8" });
    const { namespaces } = JSON.parse(json);
    const line = (...cells) => cells.join(" ");
    const ours = list().filter(({ processes }) => processes > 0)
      .map(({ inode, pid, uid, parent = 0, owner = 0 }) => line(inode, pid, uid, parent, owner));
    const theirs = namespaces.sort((a, b) => a.ns - b.ns).map(({ ns, pid, uid, pns, ons }) => line(ns, pid, uid, pns, ons));
    console.log(JSON.stringify({ ours, theirs }));
    await box[Symbol.asyncDispose]();
  `);
  expect(stderr).toBe("");
  const { ours, theirs } = JSON.parse(stdout) as { ours: string[]; theirs: string[] };
  expect(ours.length).toBeGreaterThanOrEqual(KINDS.length + 4);
  expect(ours).toEqual(theirs);
});

test("list() bears that processes end meanwhile", async () => {
  const shell = spawnCommand("sh", ["-c", "for i in $(seq 400); do (sleep 0.001 &); done; wait"], { stdio: "ignore" });
  const exited = once(shell, "exit");
  let lists = 0;
  while (shell.exitCode === null) {
    for (const { inode, processes, pid } of list())
      expect([inode > 0, processes >= (pid === undefined ? 0 : 1)]).toEqual([true, true]);
    lists += 1;
    await new Promise(setImmediate);
  }
  await exited;
  expect(lists).toBeGreaterThan(0);
});

requires("root")("list() leaves a Worker no open file and no warning", async () => {
  const output = await outputOfHelper(`
    import { Worker } from "node:worker_threads";
    const script = \`
      import { readdirSync } from "node:fs";
      import { list } from "@wb/ns";
      const warnings = [];
      process.on("warning", ({ message }) => warnings.push(message));
      list();
      const before = readdirSync("/proc/self/fd").length;
      for (let round = 0; round < 5; round++) list();
      await new Promise(setImmediate);
      console.log(readdirSync("/proc/self/fd").length - before, JSON.stringify(warnings));
    \`;
    new Worker(script, { eval: true });
  `);
  expect(output).toBe("0 []");
});

function childrenOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
}
