import { call, ignoring, type Instruction, into, value } from "./program.ts";
import { F, F_SEAL } from "./uapi/fcntl.ts";
import { MFD } from "./uapi/memfd.ts";

/**
 * The instructions that put an image into a sealed memfd, whose number goes to the cell `image`. MFD_EXEC is wanted since
 * Linux 6.3, where sysctl vm.memfd_noexec may make memfds not executable, and unknown before.
 */
export function imageInstructions(bytes: Buffer): Instruction[] {
  const seals = F_SEAL.SEAL | F_SEAL.SHRINK | F_SEAL.GROW | F_SEAL.WRITE;
  return [
    into("image", ignoring(call("memfd_create", "wb", MFD.CLOEXEC | MFD.ALLOW_SEALING | MFD.EXEC), "EINVAL")),
    { jump: "write", when: { value: "image", mask: SIGN, equals: 0 } },
    into("image", call("memfd_create", "wb", MFD.CLOEXEC | MFD.ALLOW_SEALING)),
    { label: "write" },
    into("written", call("write", value("image"), bytes, bytes.length)),
    { jump: "seal", when: { value: "written", equals: bytes.length } },
    // A short write: the next one says why (EFBIG: RLIMIT_FSIZE).
    call("write", value("image"), new Uint8Array(1), 1),
    { label: "seal" },
    call("fcntl", value("image"), F.ADD_SEALS, seals),
  ];
}

const SIGN = 1n << 63n;
