import { readdirSync, readFileSync, readlinkSync, readSync, writeSync } from "node:fs";
import { address, call, closeFd, makePipe, memory, O, P, type Program, step, tryWait, value, W } from "@wb/syscall";
import { leavesHostUnchanged, requires, waitFor } from "@wb/testing";
import { expect } from "vitest";
import { create, type Followed, type Namespace, SUPERVISED_PIDFD, sync } from "../src/index.ts";

leavesHostUnchanged();

const identity = [{ inside: 0, outside: 0, count: 4_294_967_295 }];
const kinds: readonly (readonly [kinds: readonly Namespace[]])[] = [
  [[]],
  [["pid", "mount", "net", "cgroup"]],
  [["user", "pid"]],
  [["user", "time", "pid"]],
];

/** `siginfo_t` of waitid(2): the status. */
const SIGINFO = { size: 128, status: 24 } as const;

/** Waits for its process, and writes how it ended. */
function waiting(writer: number): Program {
  return [
    step("wait", [
      memory("siginfo", SIGINFO.size),
      call("waitid", P.PIDFD, value(SUPERVISED_PIDFD), address("siginfo"), W.EXITED, null),
      call("write", writer, address("siginfo"), SIGINFO.size),
      call("exit_group", 0),
    ]),
  ];
}

/** Creates `sh -c TEXT` with a supervisor; gives what a test needs. */
async function supervised(
  text: string,
  namespaces: readonly Namespace[],
  created: (process: Followed) => void = () => {},
) {
  const [fifo, go] = makePipe(O.CLOEXEC);
  const [reader, writer] = makePipe(O.CLOEXEC);
  const maps = namespaces.includes("user") ? { uidMap: identity, gidMap: identity } : {};
  try {
    const made = await create(["/bin/sh", "-c", text], {
      ...maps,
      namespaces,
      setup: [
        ...sync("created"),
        step("wait for the start", [memory("byte", 1), call("read", fifo, address("byte"), 1)]),
      ],
      inherit: [fifo],
      on: { created },
      stdio: "ignore",
      supervisor: { program: waiting(writer), inherit: [writer] },
    });
    return { made, go, reader };
  } catch (error) {
    for (const fd of [go, reader]) closeFd(fd);
    throw error;
  } finally {
    closeFd(fifo);
    closeFd(writer);
  }
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

function statusIn(reader: number): number {
  const siginfo = Buffer.alloc(SIGINFO.size);
  expect(readSync(reader, siginfo)).toBe(SIGINFO.size);
  return siginfo.readInt32LE(SIGINFO.status);
}

requires("root", "timens").each(kinds)("a supervisor is the parent of its process, in %j", async (namespaces) => {
  const { made, go, reader } = await supervised("exit 7", namespaces);
  const { pid, supervisor } = made;
  expect([parentOf(pid), parentOf(supervisor!.pid)]).toEqual([supervisor!.pid, process.pid]);
  writeSync(go, "0");
  expect(statusIn(reader)).toBe(7);
  expect(tryWait(supervisor!.pidfd, { block: true })).toEqual({ code: 0, signal: null });
  for (const fd of [made.pidfd, supervisor!.pidfd, go, reader]) closeFd(fd);
});

requires("root", "timens").each(kinds)(
  "a process that is killed before its command is its supervisor's, in %j",
  async (namespaces) => {
    const { made, go, reader } = await supervised("exit 7", namespaces);
    process.kill(made.pid, "SIGKILL");
    expect(statusIn(reader)).toBe(9);
    expect(tryWait(made.supervisor!.pidfd, { block: true })).toEqual({ code: 0, signal: null });
    for (const fd of [made.pidfd, made.supervisor!.pidfd, go, reader]) closeFd(fd);
  },
);

requires("root", "timens").each(kinds)("create() leaves neither where a handler throws, in %j", async (namespaces) => {
  const seen: number[] = [];
  const failing = supervised("exit 7", namespaces, ({ pid }) => {
    seen.push(pid, parentOf(pid));
    throw new Error("the disk is full");
  });
  await expect(failing).rejects.toThrow("the disk is full");
  expect(seen).toHaveLength(2);
  for (const pid of seen) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});

requires("root")("a supervisor and its process have no file descriptor that is the other's", async () => {
  const { made, go, reader } = await supervised("exec sleep 60", ["pid"]);
  const open = (pid: number): string[] =>
    readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  // The pipe to its status, and the pidfd.
  await waitFor(() => expect(open(made.supervisor!.pid)).toHaveLength(2));
  expect(open(made.pid).filter((link) => open(made.supervisor!.pid).includes(link))).toEqual([]);
  process.kill(made.pid, "SIGKILL");
  expect(statusIn(reader)).toBe(9);
  tryWait(made.supervisor!.pidfd, { block: true });
  for (const fd of [made.pidfd, made.supervisor!.pidfd, go, reader]) closeFd(fd);
});
