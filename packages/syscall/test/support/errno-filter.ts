import { syscallNumber, thisArchitecture } from "../../src/architecture.ts";
import {
  PR,
  SECCOMP,
  SECCOMP_RET,
  type Step,
  call,
  pointer,
  sockFprog,
  step,
  type SyscallName,
} from "../../src/index.ts";

/**
 * Makes a system call of this thread fail from now on, with an error of any number: seccomp(2). Needs no privileges.
 *
 * @param which only calls that have one of these bits in the argument of this number
 */
export function makeFail(
  name: SyscallName,
  errno: number,
  which?: { readonly argument: number; readonly bits: number },
): Step {
  const filter = Buffer.concat([
    instruction(BPF_LD_W_ABS, 0),
    instruction(BPF_JEQ_K, syscallNumber(name, thisArchitecture()), { otherwise: which === undefined ? 1 : 3 }),
    ...(which === undefined
      ? []
      : [instruction(BPF_LD_W_ABS, 16 + 8 * which.argument), instruction(BPF_JSET_K, which.bits, { otherwise: 1 })]),
    instruction(BPF_RET_K, SECCOMP_RET.ERRNO | errno),
    instruction(BPF_RET_K, SECCOMP_RET.ALLOW),
  ]);
  return step(`let ${name} fail with ${errno}`, [
    call("prctl", PR.SET_NO_NEW_PRIVS, 1, 0, 0, 0),
    call("seccomp", SECCOMP.SET_MODE_FILTER, 0, pointer(sockFprog, { len: filter.length / 8, filter })),
  ]);
}

const BPF_LD_W_ABS = 0x20;
const BPF_JEQ_K = 0x15;
const BPF_JSET_K = 0x45;
const BPF_RET_K = 0x06;

/** `struct sock_filter`, linux/filter.h. */
function instruction(code: number, k: number, { otherwise = 0 } = {}): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(otherwise, 3);
  bytes.writeUInt32LE(k >>> 0, 4);
  return bytes;
}
