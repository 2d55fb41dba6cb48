import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type HostState, asNobody, hostState, requires, temporaryDirectory } from "@wb/testing";
import { afterAll, beforeAll, describe, expect } from "vitest";
import {
  type Program,
  type SpawnOptions,
  AT_FDCWD,
  CLONE,
  O,
  PR,
  call,
  into,
  run,
  step,
  tell,
  value,
} from "../src/index.ts";
import { capture, waitForever } from "./support/children.ts";
import {
  type Staged,
  becomeRoot,
  captureStages,
  startStages,
  successor,
  waitForParent,
  writeIdMaps,
} from "./support/stages.ts";

// Other lists of hostState() change with whatever else runs on this machine.
let before: Partial<HostState>;
beforeAll(() => void (before = ownState()));
afterAll(() => expect(ownState()).toEqual(before));

function ownState(): Partial<HostState> {
  const { children, fds, mounts } = hostState();
  return { children, fds, mounts };
}

const MAP = "0 100000 65536";

describe("a cgroup namespace", () => {
  const pids = "/sys/fs/cgroup/pids";
  const joinGroup: Program = [step("join the cgroup", [call("write", value("procs"), "0", 1)])];
  const show = ["/bin/cat", "/proc/self/cgroup"];

  async function inGroup(setup: Program, options: SpawnOptions = {}): Promise<string | undefined> {
    const own = /^\d+:pids:(.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8"))?.[1] ?? "/";
    const group = mkdtempSync(join(pids, own, "wb-syscall-test-"));
    const procs = openSync(join(group, "cgroup.procs"), "w");
    try {
      const { stdout } = await capture(setup, show, { ...options, inherit: [procs], inputs: { procs } });
      return /^\d+:pids:(.*)$/m.exec(stdout)?.[1]?.replace(/wb-syscall-test-\w+/, "GROUP");
    } finally {
      closeSync(procs);
      rmdirSync(group);
    }
  }

  const able = requires("root", "cgroup_controller:pids", "cgroup_v1");

  able("has the group as its root when it is made after joining", async () => {
    expect(await inGroup([...joinGroup, step("namespace", [call("unshare", CLONE.NEWCGROUP)])])).toBe("/");
  });

  able("of clone3 has the old group as its root", async () => {
    expect(await inGroup(joinGroup, { flags: CLONE.NEWCGROUP })).toBe("/GROUP");
  });

  requires("root", "cgroup2_tree")("of clone3 has a v2 group as its root that the process began in", async () => {
    const tree =
      readFileSync("/proc/self/mounts", "utf8")
        .split("\n")
        .find((line) => line.split(" ")[2] === "cgroup2")
        ?.split(" ")[1] ?? "";
    const group = mkdtempSync(join(tree, "wb-syscall-test-"));
    const cgroup = openSync(group, "r");
    try {
      const { stdout } = await capture([], show, { cgroup, flags: CLONE.NEWCGROUP });
      expect(stdout).toMatch(/^0::\/$/m);
    } finally {
      closeSync(cgroup);
      rmdirSync(group);
    }
  });
});

describe("a user namespace", () => {
  const status = [
    "/bin/sh",
    "-c",
    "id -u; grep CapEff /proc/self/status; cat /proc/self/uid_map; cat /proc/self/setgroups",
  ];
  const last = Number(readFileSync("/proc/sys/kernel/cap_last_cap", "utf8"));
  const all = ((1n << BigInt(last + 1)) - 1n).toString(16).padStart(16, "0");

  requires("root")("in two stages keeps every capability through execve", async () => {
    const setup = [
      step("namespace", [call("unshare", CLONE.NEWUSER)]),
      ...waitForParent,
      becomeRoot,
      ...successor(CLONE.NEWNS + CLONE.NEWPID),
    ];
    const { stdout, messages } = await captureStages(setup, status, { onWaiting: (pid) => writeIdMaps(pid, MAP) });
    expect(messages.map(({ message }) => message)).toEqual(["waiting", "successor", "ready"]);
    expect(stdout).toMatch(/^0\n/);
    expect(stdout).toContain(`CapEff:\t${all}\n`);
    expect(stdout).toMatch(/^\s+0\s+100000\s+65536$/m);
  });

  requires("root")("of clone3, which has no maps at execveat, takes every capability away", async () => {
    const { stdout } = await capture([], status, { flags: CLONE.NEWUSER });
    expect(stdout).toMatch(/^65534\n/);
    expect(stdout).toMatch(/^CapEff:\s+0000000000000000$/m);
  });

  requires("root")(
    "makes the second stage the first process of its pid namespace, and this process its parent",
    async () => {
      const setup = [
        step("namespace", [call("unshare", CLONE.NEWUSER)]),
        ...waitForParent,
        becomeRoot,
        ...successor(CLONE.NEWNS + CLONE.NEWPID),
      ];
      const {
        stdout,
        messages,
        status: ended,
      } = await captureStages(setup, ["/bin/sh", "-c", "echo $$ $PPID; exit 9"], {
        onWaiting: (pid) => writeIdMaps(pid, MAP),
      });
      expect(stdout).toBe("1 0\n");
      expect(messages[1]?.value).toBeGreaterThan(1);
      expect(ended).toEqual({ code: 9, signal: null });
    },
  );

  requires("root", "userns")("of an ordinary user is given its maps by a parent without privileges", () => {
    expect(rootless("maps")).toEqual({ uid: "0", capabilities: all });
  });

  requires("root", "userns")("of an ordinary user's process that is not dumpable gets no maps", () => {
    expect(rootless("not-dumpable")).toEqual({ code: "EACCES" });
  });
});

describe("spawn() by an ordinary user", () => {
  requires("root")("throws EPERM with a hint when it asks for namespaces", () => {
    expect(rootless("namespaces")).toEqual({
      code: "EPERM",
      syscall: "clone3",
      step: "make the process",
      hint: "this needs root (CAP_SYS_ADMIN)",
      message:
        "clone3({flags=CLONE_VM|CLONE_PIDFD|CLONE_VFORK|CLONE_NEWNS|CLONE_NEWPID|CLONE_CLEAR_SIGHAND, pidfd=&pidfd, exit_signal=SIGCHLD}, 88): EPERM, Operation not permitted",
      fds: 0,
      children: [],
    });
  });
});

describe("setns", () => {
  const inner = CLONE.NEWNS + CLONE.NEWUTS + CLONE.NEWIPC + CLONE.NEWNET + CLONE.NEWPID + CLONE.NEWCGROUP;
  const kinds = ["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"];

  const links = (pid: number): string[] => kinds.map((kind) => readlinkSync(`/proc/${pid}/ns/${kind}`));

  /** A process in seven namespaces of its own, with a chroot if one is given. */
  function container(setup: Program = []): Promise<Staged> {
    const first = [step("namespace", [call("unshare", CLONE.NEWUSER)]), ...waitForParent, becomeRoot];
    const program = [...first, ...successor(inner), ...setup, tell("ready"), waitForever];
    return startStages(program, { onWaiting: (pid) => writeIdMaps(pid, MAP) });
  }

  const enterNamespaces = step("join its namespaces", [
    // Nothing of this process is for those who are in the container.
    call("prctl", PR.SET_DUMPABLE, 0),
    call("setns", value("container"), CLONE.NEWUSER + inner),
  ]);

  requires("root", "kernel>=5.8")("in two stages joins all namespaces of a process", async () => {
    await using box = await container();
    await using joined = await startStages([enterNamespaces, becomeRoot, ...successor(0), tell("ready"), waitForever], {
      inherit: [box.pidfd],
      inputs: { container: box.pidfd },
    });
    expect(links(joined.pid)).toEqual(links(box.pid));
    expect(links(joined.pid)).not.toEqual(links(process.pid));
    expect(readFileSync(`/proc/${joined.pid}/status`, "utf8")).toMatch(/^NSpid:\s+\d+\s+2$/m);
  });

  requires("root", "kernel>=5.8")("of one stage is in the pid namespace with its children only", async () => {
    await using box = await container();
    await using joined = await startStages([enterNamespaces, tell("ready"), waitForever], {
      inherit: [box.pidfd],
      inputs: { container: box.pidfd },
    });
    const different = kinds.filter((_, index) => links(joined.pid)[index] !== links(box.pid)[index]);
    expect(different).toEqual(["pid"]);
  });

  requires("root", "kernel>=5.8")(
    "to a user or mount namespace is refused in Node's own process, which has threads",
    async () => {
      await using box = await container();
      for (const kind of [CLONE.NEWUSER, CLONE.NEWNS]) {
        expect(() => run([step("join", [call("setns", box.pidfd, kind)])])).toThrow("EINVAL");
      }
    },
  );

  requires("root", "kernel>=5.8")(
    "does not bring the root of a process that made chroot: that is opened before",
    async () => {
      using directory = temporaryDirectory();
      writeFileSync(join(directory.path, "inside"), "");
      mkdirSync(join(directory.path, "dir"));
      // The container's users may pass through it.
      chmodSync(directory.path, 0o755);
      await using box = await container([step("enter its root", [call("chroot", directory.path)])]);
      const options = { inherit: [box.pidfd], inputs: { container: box.pidfd } };
      const look = [tell("ready"), step("look", [call("faccessat", AT_FDCWD, "/inside", 0)]), waitForever];

      await using without = await startStages([enterNamespaces, ...look], options);
      await expect(without.report.next()).rejects.toThrow('faccessat(AT_FDCWD, "/inside", 0): ENOENT');

      const open = step("open its root", [
        into("root", call("openat", AT_FDCWD, `/proc/${box.pid}/root`, O.PATH | O.DIRECTORY | O.CLOEXEC, 0)),
      ]);
      const enter = step("enter its root", [call("fchdir", value("root")), call("chroot", ".")]);
      await using entered = await startStages(
        [open, enterNamespaces, enter, ...look.slice(1, 2), tell("ready"), waitForever],
        options,
      );
      expect(readlinkSync(`/proc/${entered.pid}/root`)).toBe(directory.path);
    },
  );
});

describe("a time namespace", () => {
  const OFFSET = 1_000_000;
  const write: Program = [
    step("write the offsets", [
      into("offsets", call("openat", AT_FDCWD, "/proc/self/timens_offsets", O.WRONLY | O.CLOEXEC, 0)),
      call("write", value("offsets"), `boottime ${OFFSET} 0\n`, `boottime ${OFFSET} 0\n`.length),
      call("close", value("offsets")),
    ]),
  ];

  requires("root", "timens")("has offsets that are written before a process is cloned into it", async () => {
    const setup = [step("namespace", [call("unshare", CLONE.NEWTIME)]), ...write, ...successor(0)];
    const { stdout } = await captureStages(setup, ["/bin/cat", "/proc/uptime"]);
    const uptime = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
    expect(Math.abs(Number(stdout.split(" ")[0]) - uptime - OFFSET)).toBeLessThan(60);
  });

  requires("root", "timens")("of clone3 refuses them", async () => {
    await expect(captureStages([...successor(CLONE.NEWTIME), ...write], ["/bin/true"])).rejects.toThrow(
      /^write\(offsets, "boottime 1000000 0\\n", 19\): EACCES/,
    );
  });
});

/** Runs test/support/rootless.ts as nobody, and gives what it prints. */
function rootless(task: string): unknown {
  const script = fileURLToPath(new URL("support/rootless.ts", import.meta.url));
  const { stdout, stderr } = asNobody([process.execPath, "--conditions=wb-source", script, task]);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}
