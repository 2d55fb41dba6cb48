import { ERRNO, type ErrnoName, type Step, SyscallError } from "@wb/syscall";
import { describe, expect, it } from "vitest";
import { refusal } from "../src/refusal.ts";
import { makeDirectory, openFiles, writeFile } from "../src/steps.ts";

interface Case {
  readonly step: Step;
  /** Which of the Step's calls failed. */
  readonly call: string;
  readonly errno: ErrnoName;
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
}

const CONTROL = "/cg/a/cgroup.subtree_control";
const LIMIT = "/cg/memory/x/memory.limit_in_bytes";
const MEMSW = "/cg/memory/x/memory.memsw.limit_in_bytes";

const CASES: Case[] = [
  {
    step: makeDirectory("/cg/x", "v2"),
    call: "mkdirat",
    errno: "EEXIST",
    code: "WB_CGROUP_EXISTS",
    message: "there is a cgroup /cg/x already",
    hint: "choose another path",
  },
  {
    step: makeDirectory("/cg/x", "v2"),
    call: "mkdirat",
    errno: "EROFS",
    code: "WB_CGROUP_CREATE",
    message: "cannot make the cgroup /cg/x: EROFS, Read-only file system",
    hint: "mounted read-only",
  },
  {
    step: makeDirectory("/cg/x", "v2"),
    call: "mkdirat",
    errno: "EACCES",
    code: "WB_CGROUP_CREATE",
    message: "cannot make the cgroup /cg/x: EACCES, Permission denied",
    hint: "needs root",
  },
  {
    step: writeFile(MEMSW, "4096", "x"),
    call: "openat",
    errno: "ENOENT",
    code: "WB_CGROUP_WRITE",
    message: `cannot write "4096" to ${MEMSW}: ENOENT, No such file or directory`,
    hint: "swapaccount=1",
  },
  {
    step: writeFile(LIMIT, "4096", "x"),
    call: "write",
    errno: "EBUSY",
    code: "WB_CGROUP_WRITE",
    message: `cannot write "4096" to ${LIMIT}: EBUSY, Device or resource busy`,
    hint: "more memory is in use",
  },
  {
    step: writeFile(CONTROL, "+memory", "x"),
    call: "write",
    errno: "EBUSY",
    code: "WB_CGROUP_WRITE",
    message: `cannot write "+memory" to ${CONTROL}: EBUSY`,
    hint: "no-internal-process rule",
  },
  {
    step: writeFile(CONTROL, "+memory", "x"),
    call: "write",
    errno: "ENOENT",
    code: "WB_CGROUP_WRITE",
    message: `cannot write "+memory" to ${CONTROL}: ENOENT`,
    hint: "controllers that it can pass on: cpu pids",
  },
  {
    step: writeFile("/cg/x/pids.max", "1", "x"),
    call: "write",
    errno: "EIO",
    code: "WB_CGROUP_WRITE",
    message: 'cannot write "1" to /cg/x/pids.max: EIO, ',
    hint: undefined,
  },
  {
    step: openFiles([{ path: "/cg/x/tasks", cell: "c", flags: 0 }]),
    call: "openat",
    errno: "EMFILE",
    code: "WB_CGROUP_CREATE",
    message: 'cannot open the cgroup, for a process to join: openat(AT_FDCWD, "/cg/x/tasks", O_CLOEXEC, 0): EMFILE',
    hint: undefined,
  },
];

describe("refusal()", () => {
  it.each(CASES)("$errno of $call: $message", ({ step, call, errno, code, message, hint }) => {
    const made = step.body.find((instruction) => "call" in instruction && instruction.call === call);
    if (made === undefined || !("call" in made)) throw new Error(`no ${call} in the Step`);
    const cause = new SyscallError(made, { errno: -ERRNO[errno], step: step.label });
    const read = (path: string): string | undefined => (path === "/cg/a/cgroup.controllers" ? "cpu pids\n" : undefined);
    const error = refusal({ step, error: cause }, { read });
    expect(error).toMatchObject({ name: "CgroupError", code, cause });
    expect(error.message.slice(0, message.length)).toBe(message);
    expect(error.hint?.includes(hint ?? "")).toBe(hint === undefined ? undefined : true);
  });

  it("names what was made and could not be removed again", () => {
    const step = writeFile("/cg/x/pids.max", "1", "x");
    const [made] = step.body;
    if (made === undefined || !("call" in made)) throw new Error("the Step begins with a call");
    const error = new SyscallError(made, { errno: -ERRNO.EIO, step: step.label });
    expect(refusal({ step, error }, { read: () => undefined, left: ["/cg/x"] }).hint).toContain("rmdir /cg/x");
  });
});
