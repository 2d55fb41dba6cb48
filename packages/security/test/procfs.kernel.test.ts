/** Writes to procfs that a hostile /proc would redirect: CVE-2025-52881, CVE-2019-16884, CVE-2019-19921. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  AT_FDCWD,
  call,
  capUserData,
  capUserHeader,
  closeProcfs,
  LINUX_CAPABILITY_VERSION_3,
  MS,
  openProcfs,
  pointer,
  type Program,
  step,
  writeProc,
} from "@wb/syscall";
import { leavesHostUnchanged, requires, temporaryDirectory } from "@wb/testing";
import { describe, expect } from "vitest";
import { oomScoreAdjStep } from "../src/index.ts";
import { outputOf } from "./command.ts";

leavesHostUnchanged();

const needs = requires("root", "fsopen", "openat2");

const SCORE = ["cat", "/proc/self/oom_score_adj"] as const;

const own = step("keep mounts to this namespace", [call("mount", null, "/", null, MS.REC | MS.PRIVATE, null)]);

const noCapabilities = step("have no capabilities", [
  call("capset", pointer(capUserHeader, { version: LINUX_CAPABILITY_VERSION_3 }), pointer(capUserData, {})),
]);

/** The real procfs comes back, so that what was written can be read. */
const unmount = step("uncover /proc", [call("umount2", "/proc", 0)]);

interface Attack {
  /** Steps that make /proc hostile, with a file that a redirected write would change. */
  readonly make: (decoy: string) => Program;
  readonly undo: Program;
  /** The error that a process meets which may not mount a procfs of its own. */
  readonly refusal: object;
}

const NOT_PROC = { code: "EBADF", path: "what is mounted on /proc is not the root of a procfs" };

const attacks: Readonly<Record<string, Attack>> = {
  "a tmpfs on /proc": {
    make: (decoy) => [
      step("mount a tmpfs on /proc", [
        call("mount", "tmpfs", "/proc", "tmpfs", 0, null),
        call("mkdirat", AT_FDCWD, "/proc/self", 0o755),
        call("symlinkat", decoy, AT_FDCWD, "/proc/self/oom_score_adj"),
      ]),
    ],
    undo: [unmount],
    refusal: NOT_PROC,
  },
  "another directory of procfs on /proc": {
    make: () => [step("bind /proc/1 on /proc", [call("mount", "/proc/1", "/proc", null, MS.BIND, null)])],
    undo: [unmount],
    refusal: NOT_PROC,
  },
  "a file on /proc/self/oom_score_adj": {
    make: (decoy) => [step("bind it", [call("mount", decoy, "/proc/self/oom_score_adj", null, MS.BIND, null)])],
    undo: [step("uncover it", [call("umount2", "/proc/self/oom_score_adj", 0)])],
    refusal: { code: "EXDEV", syscall: "openat2", path: "self/oom_score_adj" },
  },
  "another file of procfs on /proc/self/oom_score_adj": {
    make: () => [step("bind it", [call("mount", "/proc/self/sched", "/proc/self/oom_score_adj", null, MS.BIND, null)])],
    undo: [step("uncover it", [call("umount2", "/proc/self/oom_score_adj", 0)])],
    refusal: { code: "EXDEV", syscall: "openat2", path: "self/oom_score_adj" },
  },
};

describe.each(Object.entries(attacks))("oomScoreAdjStep() with %s", (_, { make, undo, refusal }) => {
  needs("writes to a procfs of its own", async () => {
    using directory = temporaryDirectory("wb-procfs-");
    const decoy = join(directory.path, "decoy");
    writeFileSync(decoy, "untouched");
    const setup = [own, ...make(decoy), oomScoreAdjStep(345), ...undo];
    expect(await outputOf([...SCORE], setup, ["mount"])).toBe("345\n");
    expect(readFileSync(decoy, "utf8")).toBe("untouched");
  });

  needs("is refused where the process may not mount one", async () => {
    using directory = temporaryDirectory("wb-procfs-");
    const decoy = join(directory.path, "decoy");
    writeFileSync(decoy, "untouched");
    const setup = [own, ...make(decoy), noCapabilities, oomScoreAdjStep(345)];
    await expect(outputOf([...SCORE], setup, ["mount"])).rejects.toMatchObject(refusal);
    expect(readFileSync(decoy, "utf8")).toBe("untouched");
  });
});

describe.each(Object.entries(attacks))("openProcfs() of the one that is mounted, with %s", (_, { make, refusal }) => {
  needs("is refused, or the write is", async () => {
    using directory = temporaryDirectory("wb-procfs-");
    const decoy = join(directory.path, "decoy");
    writeFileSync(decoy, "untouched");
    const setup = [own, ...make(decoy), openProcfs({ own: false }), oomScoreAdjStep(345, { procfs: "open" })];
    await expect(outputOf([...SCORE], setup, ["mount"])).rejects.toMatchObject(refusal);
    expect(readFileSync(decoy, "utf8")).toBe("untouched");
  });
});

needs("openProcfs() takes the one that is mounted", async () => {
  const setup = [openProcfs({ own: false }), oomScoreAdjStep(345, { procfs: "open" }), closeProcfs];
  expect(await outputOf([...SCORE], setup)).toBe("345\n");
});

needs("oomScoreAdjStep() takes a /proc that is one where the process may not mount", async () => {
  expect(await outputOf([...SCORE], [noCapabilities, oomScoreAdjStep(345)])).toBe("345\n");
});

needs("openProcfs() serves many writes, in a new pid namespace, too", async () => {
  const setup = [
    openProcfs({ subset: "pid" }),
    oomScoreAdjStep(345, { procfs: "open" }),
    step("name the process", writeProc("self/comm", "named")),
    closeProcfs,
  ];
  // The procfs that is mounted is the host's: it knows this process by another number.
  const read = ["sh", "-c", "cat /proc/self/oom_score_adj; ls /proc/self/fd | wc -l"] as const;
  const plain = ["sh", "-c", "echo 345; ls /proc/self/fd | wc -l"] as const;
  expect(await outputOf([...read], setup, ["mount", "pid"])).toBe(await outputOf([...plain], []));
});

needs("openProcfs() with the subset `pid` has no sysctls", async () => {
  const write = step("write a sysctl", writeProc("sys/kernel/domainname", "x"));
  await expect(outputOf(["true"], [openProcfs({ subset: "pid" }), write])).rejects.toMatchObject({
    code: "ENOENT",
    syscall: "openat2",
    path: "sys/kernel/domainname",
  });
});

needs("writeProc() is refused before openProcfs() and after closeProcfs", async () => {
  const write = step("write", writeProc("self/oom_score_adj", "1"));
  await expect(outputOf(["true"], [write])).rejects.toMatchObject({ code: "EBADF", syscall: "openat2" });
  await expect(outputOf(["true"], [openProcfs(), closeProcfs, write])).rejects.toMatchObject({ code: "EBADF" });
});

needs.each(["/proc/self/comm", "../self/comm", "self/../self/comm"])("writeProc() refuses the path %s", (path) => {
  expect(() => writeProc(path, "x")).toThrow(`${JSON.stringify(path)} is no path below the procfs`);
});

needs("writeProc() follows no magic link out of the procfs", async () => {
  const write = step("write", writeProc("self/root/dev/null", "x"));
  await expect(outputOf(["true"], [openProcfs(), write])).rejects.toMatchObject({ code: "ELOOP", syscall: "openat2" });
});
