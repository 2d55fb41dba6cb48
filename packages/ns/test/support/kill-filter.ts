import { call, pointer, PR, SECCOMP, SECCOMP_RET, sockFprog, type Step, step } from "@wb/syscall";

/** System call numbers of x86-64 and arm64. */
const NUMBERS = { exit_group: { x64: 231, arm64: 94 }, write: { x64: 1, arm64: 64 } } as const;

/** A Step after which the process, and what it clones, is killed when it makes a system call: seccomp(2). */
export function dieAt(name: keyof typeof NUMBERS): Step {
  const number = NUMBERS[name][process.arch === "arm64" ? "arm64" : "x64"];
  // struct sock_filter: load the call's number, compare, return.
  const filter = Buffer.alloc(32);
  filter.writeUInt16LE(0x20, 0);
  filter.writeUInt16LE(0x15, 8);
  filter.writeUInt8(1, 11);
  filter.writeUInt32LE(number, 12);
  filter.writeUInt16LE(0x06, 16);
  filter.writeUInt32LE(SECCOMP_RET.KILL_PROCESS, 20);
  filter.writeUInt16LE(0x06, 24);
  filter.writeUInt32LE(SECCOMP_RET.ALLOW, 28);
  return step(`die at ${name}`, [
    call("prctl", PR.SET_NO_NEW_PRIVS, 1, 0, 0, 0),
    call("seccomp", SECCOMP.SET_MODE_FILTER, 0, pointer(sockFprog, { len: 4, filter })),
  ]);
}
