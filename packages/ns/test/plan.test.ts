import { join as joinPath } from "node:path";
import { call, explain, step } from "@wb/syscall";
import { asNobody, requires } from "@wb/testing";
import { expect, test } from "vitest";
import { type Namespace, planSpawn, type PlanOptions } from "../src/index.ts";

const env = { PATH: "/bin", HOME: "/root", UNSET: undefined };

test("planSpawn() makes what the command needs, in order, and nothing else", () => {
  const { program, flags } = planSpawn(["true"], { env, namespaces: ["mount", "pid"] });
  expect(flags).toBe(0x2002_0000);
  expect(explain(program)).toMatchInlineSnapshot(`
    "# keep only the file descriptors that are needed
    close_range(0, 2, 0)
    close_range(4, 4294967295, 0)

    # leave the command its file descriptors and no others
    close_range(4, 4294967295, 0)
    fcntl(stdin, F_DUPFD_CLOEXEC, 4)
    fcntl(stdout, F_DUPFD_CLOEXEC, 5)
    fcntl(stderr, F_DUPFD_CLOEXEC, 6)
    close_range(0, 2, 0)
    dup3(4, 0, 0)
    dup3(5, 1, 0)
    dup3(6, 2, 0)
    close_range(4, 4294967295, CLOSE_RANGE_CLOEXEC)

    # make stdio blocking
    fcntl(0, F_GETFL) = flags
    fcntl(0, F_SETFL, flags)
    fcntl(1, F_GETFL) = flags
    fcntl(1, F_SETFL, flags)
    fcntl(2, F_GETFL) = flags
    fcntl(2, F_SETFL, flags)

    # give every signal its default action and unblock all
    signal = 1
    next signal:
    rt_sigaction(signal, "\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00", NULL, 8)  # or EINVAL
    signal = signal + 1
    if (signal < 65) goto next signal
    rt_sigprocmask(SIG_SETMASK, "\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00", NULL, 8)

    # tell the parent: ready
    write(report, "\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00", 16)

    # execute true
    execve("/bin/true", ["true"], ["PATH=/bin", "HOME=/root"])  # or ENOENT, ENOTDIR, EACCES
    execve("", ["true"], ["PATH=/bin", "HOME=/root"])
    "
  `);
});

test("planSpawn() has two stages when there is a user or a time namespace", () => {
  const { program, flags, waits } = planSpawn(["/bin/true"], {
    env: {},
    namespaces: ["user", "time", "cgroup", "net"],
    uidMap: [{ inside: 0, outside: 0, count: 1 }],
    timeOffsets: { monotonic: 3.5, boottime: -1.25 },
    dieWithParent: true,
  });
  expect([flags, waits]).toEqual([0, true]);
  // Which root must do.
  const isOfRoot = (label: string): boolean => label === "drop the supplementary groups";
  expect(program.map(({ label }) => label).filter((label) => !isOfRoot(label))).toMatchInlineSnapshot(`
    [
      "keep only the file descriptors that are needed",
      "die with the parent",
      "open the clock offsets of this process's time namespace",
      "make a user namespace",
      "tell the parent: waiting",
      "wait until the parent has written the id maps",
      "become root in the user namespace",
      "make a time namespace",
      "make the process that goes on, and end this one",
      "tell the parent: successor",
      "wait until the parent knows this process",
      "die with the parent",
      "die with the parent",
      "leave the command its file descriptors and no others",
      "make stdio blocking",
      "give every signal its default action and unblock all",
      "tell the parent: ready",
      "execute /bin/true",
    ]
  `);
});

test("planSpawn() enters namespaces first, a user namespace last as root and first as anybody else", () => {
  const root = process.geteuid?.() === 0;
  const join = [
    { fd: 7, kinds: ["net"] },
    { fd: 8, kinds: ["user"] },
    { fd: 9, kinds: ["uts", "pid"] },
  ] as const;
  const { program, flags, inherit, waits } = planSpawn(["/bin/true"], {
    env: {},
    join,
    namespaces: ["ipc"],
    user: { uid: 0, gid: 0 },
  });
  expect({ flags, inherit, waits }).toEqual({ flags: 0, inherit: [7, 8, 9], waits: true });
  const others = ["enter the namespaces net", "enter the namespaces uts, pid"];
  const first = program.map(({ label }) => label).slice(1, 7);
  expect(first).toEqual([
    "let no process in there trace this one",
    "drop the supplementary groups, if they may be dropped here",
    ...(root ? [...others, "enter the namespaces user"] : ["enter the namespaces user", ...others]),
    "make the process that goes on, and end this one",
  ]);
  expect(explain(program)).toContain("clone3({flags=CLONE_PARENT|CLONE_PARENT_SETTID|CLONE_NEWIPC, parent_tid=shared}");
});

test("planSpawn() needs one stage only to enter namespaces that count for the process itself", () => {
  const { program, waits } = planSpawn(["/bin/true"], {
    env: {},
    join: [{ fd: 7, kinds: ["net", "mount"] }],
    namespaces: ["cgroup"],
  });
  expect(waits).toBe(false);
  expect(explain(program.slice(0, 3))).toMatchInlineSnapshot(`
    "# keep only the file descriptors that are needed
    close_range(0, 6, 0)
    close_range(9, 4294967295, 0)

    # let no process in there trace this one
    prctl(PR_SET_DUMPABLE, 0)

    # enter the namespaces net, mount
    # $ nsenter --net --mount
    setns(7, CLONE_NEWNS|CLONE_NEWNET)
    "
  `);
});

test("planSpawn() has the process die with its parent again after what makes the kernel forget it", () => {
  const ofParent = (options: PlanOptions): number =>
    labels({ env, dieWithParent: true, ...options }).filter((label) => label === "die with the parent").length;
  expect([ofParent({}), ofParent({ join: [{ fd: 7, kinds: ["user"] }] }), ofParent({ namespaces: ["time"] })]).toEqual([
    2, 3, 3,
  ]);
});

test("planSpawn() refuses options that do not go together", () => {
  const refused = (options: PlanOptions) => () => planSpawn(["true"], options);
  const maps = [{ inside: 0, outside: 0, count: 1 }];
  expect(refused({ uidMap: maps })).toThrow("`uidMap` and `gidMap` need `user`");
  expect(refused({ setgroups: "deny" })).toThrow("`setgroups` needs `user`");
  expect(refused({ timeOffsets: { monotonic: 1 } })).toThrow("`timeOffsets` needs `time`");
  expect(refused({ namespaces: ["time"], timeOffsets: { boottime: Infinity } })).toThrow(RangeError);
  expect(refused({ namespaces: ["net"], pins: { uts: "/run/x" } })).toThrow("`pins` has a path for uts");
  expect(refused({ namespaces: ["user"], gidMap: [...maps, ...maps] })).toThrow(
    'the id ranges "0 0 1" and "0 0 1" overlap inside at 0',
  );
  for (const kind of ["user", "pid"] as const)
    expect(refused({ namespaces: [kind], join: [{ fd: 7, kinds: [kind] }] })).toThrow("at once");
});

test("planSpawn() puts setup before the user and the user before the command", () => {
  const setup = [step("mine", [call("sync")])];
  expect(labels({ env, setup, user: { uid: 1, gid: 2, groups: [3] }, cwd: "/tmp", dieWithParent: true }))
    .toMatchInlineSnapshot(`
      [
        "keep only the file descriptors that are needed",
        "die with the parent",
        "mine",
        "take the supplementary groups 3 and no others",
        "become user 1, group 2",
        "die with the parent",
        "leave the command its file descriptors and no others",
        "make stdio blocking",
        "start in /tmp",
        "give every signal its default action and unblock all",
        "tell the parent: ready",
        "execute /bin/true",
      ]
    `);
});

test.each<[seconds: number, text: string]>([
  [0, "monotonic 0 0\\n"],
  [-0.5, "monotonic -1 500000000\\n"],
  [1.999_999_999_9, "monotonic 2 0\\n"],
  [86_400.000_000_001, "monotonic 86400 1\\n"],
])("planSpawn() writes an offset of %d seconds as the kernel wants it", (monotonic, text) => {
  const { program } = planSpawn(["/bin/true"], { namespaces: ["time"], timeOffsets: { monotonic } });
  expect(explain(program)).toContain(`write(timens_offsets, "${text}"`);
});

test("planSpawn() takes an offset as the OCI runtime-spec has it", () => {
  const timeOffsets = { monotonic: { secs: -5, nanosecs: 999_999_999 }, boottime: { secs: 86_400 } };
  const { program } = planSpawn(["/bin/true"], { namespaces: ["time"], timeOffsets });
  expect(explain(program)).toContain('write(timens_offsets, "monotonic -5 999999999\\nboottime 86400 0\\n"');
});

test.each<[offsets: object, message: string]>([
  [{ monotonic: { secs: 0.5 } }, "the offset of the monotonic clock is 0.5 secs and 0 nanosecs: expected whole ones"],
  [{ boottime: { nanosecs: 1e9 } }, "the offset of the boottime clock is 0 secs and 1000000000 nanosecs"],
  [{ boottime: { nanosecs: -1 } }, "the offset of the boottime clock is 0 secs and -1 nanosecs"],
  [{ realtime: { secs: 1 } }, '"realtime" is no clock with an offset: monotonic or boottime'],
])("planSpawn() refuses the offsets %j", (timeOffsets, message) => {
  expect(() => planSpawn(["true"], { namespaces: ["time"], timeOffsets })).toThrow(message);
});

test("planSpawn() searches the PATH of env, where an empty entry is the working directory", () => {
  const paths = (PATH?: string): string[] =>
    [
      ...explain(planSpawn(["tool"], { env: PATH === undefined ? {} : { PATH } }).program).matchAll(
        /execve\("(.*?)"/gu,
      ),
    ].map(([, path = ""]) => path);
  expect(paths("/a::/b")).toEqual(["/a/tool", "./tool", "/b/tool", ""]);
  expect(paths()).toEqual(
    ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
      .map((directory) => `${directory}/tool`)
      .concat(""),
  );
});

requires("root", "command:setpriv")("explain(planSpawn()) needs no privileges", () => {
  const script = `
    import { planSpawn } from "@wb/ns";
    import { explain } from "@wb/syscall";
    console.log(explain(planSpawn(["sh"], { env: {}, namespaces: ["mount", "pid", "net", "ipc", "uts", "user", "cgroup", "time"] }).program));
  `;
  const { stdout, stderr } = asNobody(
    [process.execPath, "--conditions=wb-source", "--input-type=module", "--eval", script],
    { cwd: joinPath(import.meta.dirname, "..") },
  );
  expect(stderr).toBe("");
  expect(stdout).toContain("unshare(CLONE_NEWUSER)");
  expect(stdout).toMatch(/clone3\(\{flags=[A-Z_|]*CLONE_NEWPID/u);
});

function labels(options: PlanOptions & { readonly namespaces?: readonly Namespace[] }): string[] {
  return planSpawn(["/bin/true"], options).program.map(({ label }) => label);
}
