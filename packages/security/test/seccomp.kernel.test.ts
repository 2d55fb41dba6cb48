import { spawnSync } from "node:child_process";
import { spawn } from "@wb/ns";
import { requires } from "@wb/testing";
import { describe, expect } from "vitest";
import {
  capabilitySteps,
  compileSeccomp,
  DOCKER_CAPABILITIES,
  dockerSeccomp,
  dockerSeccompProfile,
  noNewPrivs,
  type OciSeccomp,
  seccompStep,
} from "../src/index.ts";
import { outputOf } from "./command.ts";

const python = spawnSync("python3", ["-c", "import ctypes, mmap"]).status === 0 ? "python3" : undefined;

describe("seccompStep()", () => {
  requires("root", "seccomp")("makes a call fail with the errno of its rule", async () => {
    const filter = seccompStep(compileSeccomp(refusing("mkdir", "mkdirat", { errnoRet: 30 })));
    expect(await outputOf(["sh", "-c", "mkdir /tmp/none-of-this 2>&1; true"], [filter])).toContain(
      "Read-only file system",
    );
  });

  requires("root", "seccomp", "x64").for([
    { action: "SCMP_ACT_KILL_PROCESS", signal: "SIGSYS" },
    { action: "SCMP_ACT_KILL", signal: "SIGSYS" },
    { action: "SCMP_ACT_TRAP", signal: "SIGSYS" },
  ] as const)("ends a process by $action", async ({ action, signal }) => {
    const profile: OciSeccomp = { defaultAction: "SCMP_ACT_ALLOW", syscalls: [{ names: ["sethostname"], action }] };
    const child = await spawn(["perl", "-e", "syscall(170, 0, 0)"], { setup: [seccompStep(compileSeccomp(profile))] });
    expect(await child.wait()).toMatchObject({ signal });
  });

  requires(
    "root",
    "seccomp",
    "x64",
  )("leaves a call to a tracer, and fails it without one", async () => {
    const syscalls = [{ names: ["sethostname"], action: "SCMP_ACT_TRACE" as const, errnoRet: 7 }];
    const filter = seccompStep(compileSeccomp({ defaultAction: "SCMP_ACT_ALLOW", syscalls }));
    expect(await outputOf(["perl", "-e", "syscall(170, 0, 0); print $! + 0"], [filter])).toBe("38");
  });

  requires(
    "root",
    "seccomp",
    "kernel>=5.19",
  )("has all flags that a profile may have", async () => {
    const profile: OciSeccomp = {
      defaultAction: "SCMP_ACT_ALLOW",
      listenerPath: "/run/none",
      flags: [
        "SECCOMP_FILTER_FLAG_TSYNC",
        "SECCOMP_FILTER_FLAG_LOG",
        "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
        "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
      ],
      syscalls: [{ names: ["sethostname"], action: "SCMP_ACT_NOTIFY" }],
    };
    const filter = seccompStep(compileSeccomp(profile), { listener: "listener" });
    expect(await outputOf(["echo", "runs"], [filter])).toBe("runs\n");
  });

  requires("root", "seccomp")("shows in the status of the process", async () => {
    const steps = [noNewPrivs, seccompStep(compileSeccomp({ defaultAction: "SCMP_ACT_LOG" }))];
    const status = await outputOf(["grep", "-E", "Seccomp|NoNewPrivs", "/proc/self/status"], steps);
    expect(status).toBe("NoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t1\n");
  });

  requires(
    "root",
    "seccomp",
    "x64",
  )("asks for x32 apart from x86-64, and for newer calls with ENOSYS", async () => {
    const numbers = [0x4000_0000 + 39, 0x4000_0000 + 83, 83, 39, 9999];
    const script = `for (${numbers.join(",")}) { $! = 0; my $r = syscall($_, 0, 0); print($! + 0, " ") }`;
    const syscalls = [
      // With mkdir, its x32 number and what perl needs.
      { names: ["getpid", "statx"], action: "SCMP_ACT_LOG" as const },
      { names: ["mkdir"], action: "SCMP_ACT_ERRNO" as const, errnoRet: 30 },
    ];
    const profile: OciSeccomp = { defaultAction: "SCMP_ACT_ALLOW", architectures: ["SCMP_ARCH_X32"], syscalls };
    const steps = [seccompStep(compileSeccomp(profile))];
    const [x32Getpid, ...others] = (await outputOf(["perl", "-e", script], steps)).trim().split(" ");
    // A kernel without x32 has no such call.
    expect(["0", "38"]).toContain(x32Getpid);
    expect(others).toEqual(["30", "30", "0", "38"]);
    await expect(
      outputOf(["perl", "-e", script], [seccompStep(compileSeccomp({ ...profile, architectures: [] }))]),
    ).rejects.toThrow("exit status null");
  });

  requires(
    "root",
    "seccomp",
    "x64",
  )("filters the calls of 32-bit x86 by their own numbers", async (context) => {
    if (python === undefined) return context.skip("no python3 with ctypes");
    // sethostname is 74 there, and 16 socket calls go through socketcall, 102.
    const calls = [
      [74, 0],
      [102, 1],
      [102, 99],
      [20, 0],
    ];
    const profile: OciSeccomp = {
      defaultAction: "SCMP_ACT_ALLOW",
      architectures: ["SCMP_ARCH_X86"],
      syscalls: [
        { names: ["sethostname"], action: "SCMP_ACT_ERRNO", errnoRet: 71 },
        {
          names: ["socket"],
          action: "SCMP_ACT_ERRNO",
          errnoRet: 72,
          args: [{ index: 0, value: 38, op: "SCMP_CMP_EQ" }],
        },
      ],
    };
    const output = await outputOf([python, "-c", INT80, JSON.stringify(calls)], [seccompStep(compileSeccomp(profile))]);
    const [sethostname, socket, none, getpid] = output.trim().split(" ").map(Number);
    expect([sethostname, socket, none]).toEqual([-71, -72, -22]);
    expect(getpid).toBeGreaterThan(0);
    const child = await spawn([python, "-c", INT80, "[[20, 0]]"], {
      setup: [seccompStep(compileSeccomp({ ...profile, architectures: ["SCMP_ARCH_X32"] }))],
      stdio: "ignore",
    });
    expect(await child.wait()).toMatchObject({ signal: "SIGSYS" });
  });

  requires("root", "seccomp")("lets a command do with docker's profile what it may in docker", async () => {
    const sets = {
      bounding: DOCKER_CAPABILITIES,
      effective: DOCKER_CAPABILITIES,
      permitted: DOCKER_CAPABILITIES,
      inheritable: 0n,
      ambient: 0n,
    };
    const profile = dockerSeccomp(dockerSeccompProfile(), { capabilities: DOCKER_CAPABILITIES });
    const setup = [seccompStep(compileSeccomp(profile)), ...capabilitySteps(sets)];
    const script = `
      ls / >/dev/null && echo ls
      unshare --user true 2>&1
      unshare --mount true 2>&1
      mount -t tmpfs none /mnt 2>&1 | grep -o "permission denied"
      perl -e 'socket(my $s, 38, 5, 0) or print "AF_ALG: $!\\n"; socket($s, 1, 1, 0) and print "AF_UNIX\\n"'
    `;
    expect(await outputOf(["sh", "-c", script], setup)).toBe(
      [
        "ls",
        "unshare: unshare failed: Operation not permitted",
        "unshare: unshare failed: Operation not permitted",
        "permission denied",
        "AF_ALG: Operation not permitted",
        "AF_UNIX",
        "",
      ].join("\n"),
    );
  });

  requires("root", "seccomp")("is refused by the kernel without privileges and no_new_privs", async () => {
    const none = { bounding: 0n, effective: 0n, permitted: 0n, inheritable: 0n, ambient: 0n };
    const filter = seccompStep(compileSeccomp({ defaultAction: "SCMP_ACT_ALLOW" }));
    await expect(outputOf(["true"], [...capabilitySteps(none), filter])).rejects.toMatchObject({
      code: "EACCES",
      syscall: "seccomp",
      hint: "a filter needs no_new_privs, or CAP_SYS_ADMIN in the user namespace",
    });
    await expect(outputOf(["true"], [noNewPrivs, ...capabilitySteps(none), filter])).resolves.toBe("");
  });
});

/** Makes calls of 32-bit x86 from a 64-bit process: `mov edi→ebx; int 0x80`. Prints their results. */
const INT80 = `
import ctypes, json, mmap, sys
# push rbx; mov eax, edi; mov ebx, esi; xor ecx, ecx; xor edx, edx; int 0x80; pop rbx; ret
code = bytes([0x53, 0x89, 0xf8, 0x89, 0xf3, 0x31, 0xc9, 0x31, 0xd2, 0xcd, 0x80, 0x5b, 0xc3])
memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
memory.write(code)
call = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))
for number, argument in json.loads(sys.argv[1]):
    print(call(number, argument), end=" ")
`;

function refusing(first: string, second: string, { errnoRet }: { readonly errnoRet: number }): OciSeccomp {
  return {
    defaultAction: "SCMP_ACT_ALLOW",
    syscalls: [{ names: [first, second], action: "SCMP_ACT_ERRNO", errnoRet }],
  };
}
