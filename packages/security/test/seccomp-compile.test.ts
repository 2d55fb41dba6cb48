import { explain } from "@wb/syscall";
import { array, assert, bigInt, constantFrom, integer, oneof, property, record, type Arbitrary } from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compileSeccomp,
  containerProcessState,
  DOCKER_CAPABILITIES,
  dockerSeccomp,
  dockerSeccompProfile,
  type OciSeccomp,
  type OciSeccompArg,
  parseSeccomp,
  seccompStep,
  unknownSyscalls,
} from "../src/index.ts";
import { ABIS } from "../src/seccomp/architectures.ts";
import { numberedNames } from "../src/seccomp/syscall-table.ts";
import { runBpf } from "./support/bpf-machine.ts";
import { evaluate, returned } from "./support/reference-filter.ts";

const [X86_64, I386, AARCH64, ARM] = [0xc000_003e, 0x4000_0003, 0xc000_00b7, 0x4000_0028];
const [KILL, ENOSYS] = [0, 0x0005_0000 + 38];
const [ALLOW, EPERM] = [0x7fff_0000, 0x0005_0001];

describe("compileSeccomp()", () => {
  it("returns what a straightforward reading of the profile returns", () => {
    assert(
      property(profiles, array(argument, { minLength: 6, maxLength: 6 }), (profile, args) => {
        const { program } = compileSeccomp(profile, { machine: "x64" });
        for (const [name, nr] of CALLS) {
          expect(runBpf(program, { arch: X86_64, nr, args })).toBe(evaluate(profile, name, args));
        }
      }),
      { numRuns: 500 },
    );
  });

  it("finds every call of every ABI of a large profile", () => {
    const profile = dockerSeccomp(dockerSeccompProfile(), { capabilities: DOCKER_CAPABILITIES, kernel: "6.1.0" });
    for (const [machine, abis] of [
      ["x64", ["SCMP_ARCH_X86_64", "SCMP_ARCH_X32"]],
      ["arm64", ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"]],
    ] as const) {
      const docker = dockerSeccomp(dockerSeccompProfile(), { capabilities: DOCKER_CAPABILITIES, machine });
      const { program } = compileSeccomp(docker, { machine });
      for (const abi of abis.map((name) => ABIS[name]!)) {
        for (const { first, names } of numberedNames(abi.table)) {
          for (const [index, name] of names.entries()) {
            if (name === "arm_sync_file_range") continue;
            const got = runBpf(program, { arch: abi.audit, nr: abi.first + first + index });
            const wanted = evaluate(docker, name, [], abi.bits);
            const isKnown = docker.syscalls!.some(({ names: known }) => known.includes(name));
            expect([name, !isKnown && got === ENOSYS ? wanted : got]).toEqual([name, wanted]);
          }
        }
      }
    }
    expect(unknownSyscalls(profile)).toEqual(["riscv_hwprobe"]);
  });

  it("ends threads that call by an architecture outside of the profile", () => {
    const { program } = compileSeccomp({ defaultAction: "SCMP_ACT_ALLOW" }, { machine: "x64" });
    expect(runBpf(program, { arch: X86_64, nr: 0 })).toBe(ALLOW);
    for (const arch of [I386, AARCH64, ARM, 0]) expect(runBpf(program, { arch, nr: 0 })).toBe(KILL);
  });

  it("does not take x32 for x86-64, nor a call that a tracer skipped for x32", () => {
    const profile: OciSeccomp = { defaultAction: "SCMP_ACT_ALLOW", syscalls: [ruleFor("mkdir", "SCMP_ACT_ERRNO")] };
    const { program } = compileSeccomp(profile, { machine: "x64" });
    expect(runBpf(program, { arch: X86_64, nr: 83 })).toBe(EPERM);
    expect(runBpf(program, { arch: X86_64, nr: 0x4000_0000 + 83 })).toBe(KILL);
    expect(runBpf(program, { arch: X86_64, nr: 0xffff_ffff })).toBe(ALLOW);
    const both = compileSeccomp({ ...profile, architectures: ["SCMP_ARCH_X32"] }, { machine: "x64" }).program;
    expect(runBpf(both, { arch: X86_64, nr: 0x4000_0000 + 83 })).toBe(EPERM);
    expect(runBpf(both, { arch: X86_64, nr: 0x4000_0000 + 84 })).toBe(ALLOW);
  });

  it("answers ENOSYS for calls newer than all that the profile knows", () => {
    const known = [
      ruleFor("mkdir", "SCMP_ACT_ALLOW"),
      ruleFor("statx", "SCMP_ACT_ALLOW"),
      ruleFor("faccessat2", "SCMP_ACT_ERRNO"),
    ];
    const profile: OciSeccomp = {
      defaultAction: "SCMP_ACT_ERRNO",
      architectures: ["SCMP_ARCH_X32", "SCMP_ARCH_X86"],
      syscalls: [...known, ruleFor("pwritev2", "SCMP_ACT_ALLOW")],
    };
    const { program } = compileSeccomp(profile, { machine: "x64" });
    const at = (arch: number, nr: number): number => runBpf(program, { arch, nr });
    for (const [arch, first] of [
      [X86_64, 0],
      [X86_64, 0x4000_0000],
      [I386, 0],
    ] as const) {
      expect(at(arch, first + 438)).toBe(EPERM);
      expect(at(arch, first + 439)).toBe(EPERM);
      expect(at(arch, first + 440)).toBe(ENOSYS);
      expect(at(arch, first + 9999)).toBe(ENOSYS);
    }
    // What x32 has of its own from 512 on is no newer call.
    expect(at(X86_64, 0x4000_0000 + 546)).toBe(EPERM);
    expect(at(X86_64, 0x4000_0000 + 547)).toBe(ALLOW);
    expect(at(X86_64, 0x4000_0000 + 548)).toBe(ENOSYS);
  });

  it.each(["SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_TRACE"] as const)(
    "leaves newer calls to %s",
    (defaultAction) => {
      const { program } = compileSeccomp(
        { defaultAction, syscalls: [ruleFor("mkdir", "SCMP_ACT_ERRNO")] },
        { machine: "x64" },
      );
      expect(runBpf(program, { arch: X86_64, nr: 9999 })).toBe(returned(defaultAction));
    },
  );

  it("applies rules about sockets and IPC to socketcall and ipc of x86", () => {
    const profile: OciSeccomp = {
      defaultAction: "SCMP_ACT_ALLOW",
      architectures: ["SCMP_ARCH_X86"],
      syscalls: [{ ...ruleFor("socket", "SCMP_ACT_ERRNO"), args: [equals(0, 16)] }, ruleFor("shmat", "SCMP_ACT_TRAP")],
    };
    const { program } = compileSeccomp(profile, { machine: "x64" });
    const at = (nr: number, ...args: bigint[]): number => runBpf(program, { arch: I386, nr, args });
    expect([at(359, 16n), at(359, 2n)]).toEqual([EPERM, ALLOW]);
    expect([at(102, 1n), at(102, 2n)]).toEqual([EPERM, ALLOW]);
    expect([at(117, 21n), at(117, 22n), at(397)]).toEqual([0x0003_0000, ALLOW, 0x0003_0000]);
  });

  it("does not let more through socketcall where it cannot see the arguments that a rule is about", () => {
    const at = (defaultAction: "SCMP_ACT_ALLOW" | "SCMP_ACT_ERRNO", action: string, index: number): number => {
      const syscalls = [{ ...ruleFor("socket", action), args: [equals(index, 1)] }];
      const profile: OciSeccomp = { defaultAction, architectures: ["SCMP_ARCH_X86"], syscalls };
      const { program } = compileSeccomp(profile, { machine: "x64" });
      return runBpf(program, { arch: I386, nr: 102, args: [1n, 1n] });
    };
    expect(at("SCMP_ACT_ERRNO", "SCMP_ACT_ALLOW", 0)).toBe(ALLOW);
    expect(at("SCMP_ACT_ERRNO", "SCMP_ACT_ALLOW", 1)).toBe(EPERM);
    expect(at("SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", 1)).toBe(EPERM);
    expect(at("SCMP_ACT_ERRNO", "SCMP_ACT_KILL_PROCESS", 1)).toBe(0x8000_0000);
  });

  it("lets a rule without conditions win, and the first of several", () => {
    const syscalls = [
      { ...ruleFor("mkdir", "SCMP_ACT_TRAP"), args: [equals(1, 7)] },
      ruleFor("mkdir", "SCMP_ACT_ALLOW"),
      ruleFor("mkdir", "SCMP_ACT_LOG"),
    ];
    const { program } = compileSeccomp({ defaultAction: "SCMP_ACT_ERRNO", syscalls }, { machine: "x64" });
    expect(runBpf(program, { arch: X86_64, nr: 83, args: [0n, 7n] })).toBe(ALLOW);
  });

  it("has no limit of 255 instructions for its jumps", () => {
    const conditions = Array.from({ length: 120 }, (_, index) => [
      { ...ruleFor("mkdir", "SCMP_ACT_ALLOW"), args: [equals(0, index), equals(1, 2 * index)] },
      { ...ruleFor("rmdir", index % 2 === 0 ? "SCMP_ACT_ALLOW" : "SCMP_ACT_LOG"), args: [equals(0, index)] },
      { ...ruleFor("creat", "SCMP_ACT_ALLOW"), args: [equals(0, 3 * index)] },
    ]).flat();
    const many = Array.from({ length: 300 }, (_, index) => ({
      ...ruleFor("link", "SCMP_ACT_ALLOW"),
      args: [equals(0, index)],
    }));
    const profile: OciSeccomp = {
      defaultAction: "SCMP_ACT_ERRNO",
      syscalls: [...conditions, ...many, ruleFor("chmod", "SCMP_ACT_ALLOW")],
    };
    const { program } = compileSeccomp(profile, { machine: "x64" });
    for (const args of [[119n, 238n], [118n, 236n], [5n, 9n], [357n], [299n], [300n]]) {
      for (const [name, nr] of [
        ["mkdir", 83],
        ["rmdir", 84],
        ["creat", 85],
        ["link", 86],
        ["chmod", 90],
        ["chdir", 80],
      ] as const)
        expect([name, runBpf(program, { arch: X86_64, nr, args })]).toEqual([name, evaluate(profile, name, args)]);
    }
  });

  it("refuses a filter that the kernel would not take", () => {
    const syscalls = Array.from({ length: 1500 }, (_, index) => ({
      ...ruleFor("mkdir", "SCMP_ACT_ALLOW"),
      args: [equals(0, index), equals(1, index)],
    }));
    expect(() => compileSeccomp({ defaultAction: "SCMP_ACT_ERRNO", syscalls })).toThrow(
      expect.objectContaining({
        code: "WB_SECCOMP_PROFILE",
        message: expect.stringContaining("the kernel takes 4096"),
      }),
    );
  });

  it.each<[path: string, profile: unknown]>([
    ["defaultAction", {}],
    ["defaultAction", { defaultAction: "SCMP_ACT_NOTHING" }],
    ["defaultAction", { defaultAction: "SCMP_ACT_NOTIFY", listenerPath: "/x" }],
    ["defaultErrnoRet", { defaultAction: "SCMP_ACT_ALLOW", defaultErrnoRet: 1 }],
    ["defaultErrnoRet", { defaultAction: "SCMP_ACT_ERRNO", defaultErrnoRet: 4096 }],
    ["architectures[1]", { defaultAction: "SCMP_ACT_ALLOW", architectures: ["SCMP_ARCH_MIPS", "SCMP_ARCH_Z80"] }],
    ["architectures[0]", { defaultAction: "SCMP_ACT_ALLOW", architectures: ["toString"] }],
    ["flags[0]", { defaultAction: "SCMP_ACT_ALLOW", flags: ["SECCOMP_FILTER_FLAG_NEW_LISTENER"] }],
    ["listenerMetadata", { defaultAction: "SCMP_ACT_ALLOW", listenerMetadata: "x" }],
    ["listenerPath", withRule({ names: ["mkdir"], action: "SCMP_ACT_NOTIFY" })],
    ["syscalls[0].action", { ...withRule({ names: ["write"], action: "SCMP_ACT_NOTIFY" }), listenerPath: "/x" }],
    ["syscalls[0].action", withRule({ names: ["mkdir"], action: "constructor" })],
    ["syscalls[0].errnoRet", withRule({ names: ["mkdir"], action: "SCMP_ACT_ERRNO", errnoRet: -1 })],
    ["syscalls[0].errnoRet", withRule({ names: ["mkdir"], action: "SCMP_ACT_KILL", errnoRet: 2 })],
    ["syscalls[0].names", withRule({ names: [], action: "SCMP_ACT_LOG" })],
    ["syscalls[0].names[1]", withRule({ names: ["mkdir", ""], action: "SCMP_ACT_LOG" })],
    ["syscalls[0].args[0].index", withArgument({ index: 6, value: 1, op: "SCMP_CMP_EQ" })],
    ["syscalls[0].args[0].op", withArgument({ index: 0, value: 1, op: "==" })],
    ["syscalls[0].args[0].value", withArgument({ index: 0, value: -1, op: "SCMP_CMP_EQ" })],
    ["syscalls[0].args[0].value", withArgument({ index: 0, value: 2 ** 60, op: "SCMP_CMP_EQ" })],
    ["syscalls[0].args[0].valueTwo", withArgument({ index: 0, value: 1, valueTwo: 0.5, op: "SCMP_CMP_MASKED_EQ" })],
  ])("refuses what is wrong at %s", (path, profile) => {
    expect(() => compileSeccomp(profile as OciSeccomp)).toThrow(
      expect.objectContaining({ code: "WB_SECCOMP_PROFILE", path }),
    );
  });

  it("has flags for the kernel, SPEC_ALLOW by default, and those about listeners only with one", () => {
    const flags = (profile: Partial<OciSeccomp>): number =>
      compileSeccomp({ defaultAction: "SCMP_ACT_ALLOW", ...profile }).flags;
    expect(flags({})).toBe(4);
    expect(flags({ flags: [] })).toBe(0);
    expect(flags({ flags: ["SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG"] })).toBe(2);
    expect(flags({ flags: ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"] })).toBe(0);
    const notifying = { listenerPath: "/x", syscalls: [ruleFor("mkdir", "SCMP_ACT_NOTIFY")] };
    expect(flags({ ...notifying, flags: ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"] })).toBe(0x28);
    const filter = compileSeccomp({ defaultAction: "SCMP_ACT_ALLOW", ...notifying });
    expect(() => seccompStep(filter)).toThrow(TypeError);
    expect(seccompStep(filter, { listener: "listener" }).body).toMatchObject([{ call: "seccomp", result: "listener" }]);
  });
});

describe("parseSeccomp()", () => {
  it("reads 64-bit numbers exactly, and others as they are", () => {
    const text = '{"value": 18446744073709551615, "valueTwo": 4294967295, "half": 0.5, "list": [9007199254740993]}';
    const parsed = { value: 2n ** 64n - 1n, valueTwo: 0xffff_ffff, half: 0.5, list: [9007199254740993n] };
    expect(parseSeccomp(text)).toEqual(parsed);
    expect(() => parseSeccomp("{")).toThrow(SyntaxError);
  });
});

describe("containerProcessState()", () => {
  it("is the JSON of the runtime-spec", () => {
    const state = { ociVersion: "1.3.0", id: "box", status: "creating", pid: 7, bundle: "/bundle" };
    const bytes = containerProcessState({ defaultAction: "SCMP_ACT_ALLOW", listenerMetadata: "x" }, { pid: 7, state });
    const content = { ociVersion: "1.3.0", fds: ["seccompFd"], pid: 7, metadata: "x", state };
    expect(JSON.parse(Buffer.from(bytes).toString())).toEqual(content);
  });
});

describe("seccompStep()", () => {
  it("can be explained", () => {
    const filter = compileSeccomp({ defaultAction: "SCMP_ACT_ALLOW", flags: [] }, { machine: "x64" });
    expect(explain([seccompStep(filter)])).toMatch(
      /^# filter system calls, 9 .*\nseccomp\(SECCOMP_SET_MODE_FILTER, 0, \{len=9, /u,
    );
  });
});

const CALLS = [
  ["read", 0],
  ["mkdir", 83],
  ["rmdir", 84],
  ["socket", 41],
  ["rseq_slice_yield", 471],
] as const;

function ruleFor(name: string, action: string): { names: string[]; action: "SCMP_ACT_ALLOW" } {
  return { names: [name], action: action as "SCMP_ACT_ALLOW" };
}

function equals(index: number, value: number): OciSeccompArg {
  return { index, value, op: "SCMP_CMP_EQ" };
}

function withRule(syscall: unknown): object {
  return { defaultAction: "SCMP_ACT_ALLOW", syscalls: [syscall] };
}

function withArgument(argument: unknown): object {
  return withRule({ names: ["mkdir"], action: "SCMP_ACT_ERRNO", args: [argument] });
}

/** Small numbers and those around the halves of 64 bits, so that comparisons meet. */
const argument: Arbitrary<bigint> = oneof(
  bigInt(0n, 4n),
  bigInt(0xffff_fffen, 0x1_0000_0002n),
  bigInt(0x2_ffff_fffen, 0x3_0000_0002n),
  bigInt(2n ** 64n - 2n, 2n ** 64n - 1n),
);

const actions = constantFrom(
  "SCMP_ACT_ALLOW",
  "SCMP_ACT_ERRNO",
  "SCMP_ACT_KILL_PROCESS",
  "SCMP_ACT_LOG",
  "SCMP_ACT_TRAP",
);

const profiles: Arbitrary<OciSeccomp> = record({
  defaultAction: actions,
  syscalls: array(
    record({
      // With the newest call in each rule, no call is newer.
      names: array(constantFrom("mkdir", "rmdir", "socket"), { minLength: 1 }).map((names) => [
        ...names,
        "rseq_slice_yield",
      ]),
      action: actions,
      args: array(
        record({
          index: integer({ min: 0, max: 5 }),
          op: constantFrom(
            "SCMP_CMP_NE",
            "SCMP_CMP_LT",
            "SCMP_CMP_LE",
            "SCMP_CMP_EQ",
            "SCMP_CMP_GE",
            "SCMP_CMP_GT",
            "SCMP_CMP_MASKED_EQ",
          ),
          value: argument,
          valueTwo: argument,
        }),
        { maxLength: 4 },
      ),
    }),
    { maxLength: 12 },
  ),
}) as Arbitrary<OciSeccomp>;
