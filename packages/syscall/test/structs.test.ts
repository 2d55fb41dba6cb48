import { spawnSync } from "node:child_process";
import { assert, bigInt, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { ARM64, findHeader, type Target, X64 } from "../../../tools/generate/headers.ts";
import type { Struct } from "../src/struct.ts";
import { capUserData, joinCapabilities, splitCapabilities } from "../src/structs/cap-user-data.ts";
import { capUserHeader } from "../src/structs/cap-user-header.ts";
import { cloneArgs } from "../src/structs/clone-args.ts";
import { iovec } from "../src/structs/iovec.ts";
import { loopConfig } from "../src/structs/loop-config.ts";
import { mountAttr } from "../src/structs/mount-attr.ts";
import { openHow } from "../src/structs/open-how.ts";
import { pollfd } from "../src/structs/pollfd.ts";
import { rlimit64 } from "../src/structs/rlimit64.ts";
import { schedAttr } from "../src/structs/sched-attr.ts";
import { sigaction } from "../src/structs/sigaction.ts";
import { siginfo } from "../src/structs/siginfo.ts";
import { sockFprog } from "../src/structs/sock-fprog.ts";
import { statfs } from "../src/structs/statfs.ts";
import { timespec } from "../src/structs/timespec.ts";
import { winsize } from "../src/structs/winsize.ts";

interface Layout {
  readonly struct: Struct;
  /** Where C has it, and how large it says it is. */
  readonly header: string;
  readonly size: number;
  /** The type in C where it is no struct of the same tag. */
  readonly type?: string;
  /** Fields that C has under another name. */
  readonly members?: Readonly<Record<string, string>>;
}

const layouts: readonly Layout[] = [
  {
    struct: capUserData,
    header: "linux/capability.h",
    size: 24,
    type: "struct { struct __user_cap_data_struct data[2]; }",
    members: {
      effective0: "data[0].effective",
      permitted0: "data[0].permitted",
      inheritable0: "data[0].inheritable",
      effective1: "data[1].effective",
      permitted1: "data[1].permitted",
      inheritable1: "data[1].inheritable",
    },
  },
  { struct: capUserHeader, header: "linux/capability.h", size: 8 },
  { struct: cloneArgs, header: "linux/sched.h", size: 88 }, // CLONE_ARGS_SIZE_VER2
  { struct: iovec, header: "linux/uio.h", size: 16 },
  {
    struct: loopConfig,
    header: "linux/loop.h",
    size: 304,
    members: { lo_offset: "info.lo_offset", lo_sizelimit: "info.lo_sizelimit", lo_flags: "info.lo_flags" },
  },
  { struct: mountAttr, header: "linux/mount.h", size: 32 }, // MOUNT_ATTR_SIZE_VER0
  { struct: openHow, header: "linux/openat2.h", size: 24 }, // OPEN_HOW_SIZE_VER0
  { struct: pollfd, header: "asm/poll.h", size: 8 },
  { struct: rlimit64, header: "linux/resource.h", size: 16 },
  { struct: schedAttr, header: "linux/sched/types.h", size: 56 }, // SCHED_ATTR_SIZE_VER1
  { struct: sigaction, header: "asm/signal.h", size: 32 },
  { struct: siginfo, header: "asm/siginfo.h", size: 128, type: "siginfo_t" }, // SI_MAX_SIZE
  { struct: sockFprog, header: "linux/filter.h", size: 16 },
  {
    struct: statfs,
    header: "asm/statfs.h",
    size: 120,
    members: { f_fsid0: "f_fsid.val[0]", f_fsid1: "f_fsid.val[1]" },
  },
  { struct: timespec, header: "linux/time_types.h", size: 16, type: "struct __kernel_timespec" },
  { struct: winsize, header: "asm/termios.h", size: 8 },
];

describe.each(layouts)("struct $struct.name", (layout) => {
  it("has the size that its header says", () => {
    expect(layout.struct.size).toBe(layout.size);
  });

  it.skipIf(!canCompile(X64))("has the layout that C gives it on x86-64", () => {
    expect(compile(X64, assertions(layout))).toBe("");
  });

  it.skipIf(!canCompile(ARM64))("has the layout that C gives it on arm64", () => {
    expect(compile(ARM64, assertions(layout))).toBe("");
  });
});

describe("splitCapabilities()", () => {
  const mask = bigInt(0n, 2n ** 64n - 1n);

  it("is undone by joinCapabilities()", () => {
    assert(
      property(record({ effective: mask, permitted: mask, inheritable: mask }), (masks) => {
        expect(joinCapabilities(splitCapabilities(masks))).toEqual(masks);
      }),
    );
  });

  it("puts the lower 32 capabilities first", () => {
    const words = splitCapabilities({ effective: 1n << 40n, permitted: 1n << 21n, inheritable: 0n });
    expect(words).toMatchObject({ effective0: 0, effective1: 0x100, permitted0: 0x20_0000, permitted1: 0 });
  });
});

describe("capUserData.formats", () => {
  it("name the bits of both words", () => {
    expect(capUserData.formats).toMatchObject({
      effective0: { flags: { CHOWN: 1, SETFCAP: 0x8000_0000 }, prefix: "1<<CAP_" },
      effective1: { flags: { MAC_OVERRIDE: 1, CHECKPOINT_RESTORE: 0x100 }, prefix: "1<<CAP_" },
    });
  });
});

/** A C program that compiles when the layout is right. */
function assertions({ struct, header, type = `struct ${struct.name}`, members = {} }: Layout): string {
  const offsets = Object.entries<number>(struct.offsets).map(
    ([field, offset]) =>
      `_Static_assert(__builtin_offsetof(layout, ${members[field] ?? field}) == ${offset}, "offset of ${field}");`,
  );
  return [
    // For asm/signal.h, which has the C library's size_t.
    "typedef unsigned long size_t;",
    `#include <${header}>`,
    `typedef ${type} layout;`,
    `_Static_assert(sizeof(layout) == ${struct.size}, "size");`,
    ...offsets,
  ].join("\n");
}

function canCompile(target: Target): boolean {
  return findHeader(target, "asm/unistd.h") !== undefined && compile(target, "#include <linux/types.h>") === "";
}

/** What the C compiler says. It is this machine's: both architectures have the same integer types. */
function compile({ include }: Target, program: string): string {
  const options = ["-fsyntax-only", "-nostdinc", ...include.map((directory) => `-I${directory}`), "-xc", "-"];
  const { error, stderr } = spawnSync("cc", options, { input: program, encoding: "utf8" });
  return error === undefined ? stderr : error.message;
}
