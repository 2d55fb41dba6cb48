import type { Signature } from "./signature.ts";
import { FILE_VARIANTS, FILES } from "./signatures/files.ts";
import type { Signatures, Variants } from "./signatures/formats.ts";
import { LIMITS } from "./signatures/limits.ts";
import { MOUNT_VARIANTS, MOUNTS } from "./signatures/mounts.ts";
import { PROCESS_VARIANTS, PROCESSES } from "./signatures/processes.ts";
import { SECURITY, SECURITY_VARIANTS } from "./signatures/security.ts";
import { SOCKET_VARIANTS, SOCKETS } from "./signatures/sockets.ts";
import { WAITING } from "./signatures/waiting.ts";
import type { SyscallName } from "./uapi/syscalls.generated.ts";

/** The parameters of the system calls that containers need, by the names of their man pages. */
export const SIGNATURES: Signatures = {
  ...FILES,
  ...MOUNTS,
  ...PROCESSES,
  ...SECURITY,
  ...LIMITS,
  ...SOCKETS,
  ...WAITING,
};

/** Of these, the ones that depend on another parameter. */
export const VARIANTS: Variants = {
  ...FILE_VARIANTS,
  ...MOUNT_VARIANTS,
  ...PROCESS_VARIANTS,
  ...SECURITY_VARIANTS,
  ...SOCKET_VARIANTS,
};

/**
 * The signature of a call with these arguments: what the later parameters of prctl(2), fcntl(2) and others are depends on
 * an earlier one. A call that {@link SIGNATURES} lacks has no parameters here.
 *
 * @example
 * signatureOf("prctl", [PR.SET_PDEATHSIG, SIG.KILL]); // { option: …, arg2: "signal", … }
 */
export function signatureOf(name: SyscallName, args: readonly unknown[]): Signature {
  const signature = SIGNATURES[name] ?? {};
  const variant = VARIANTS[name];
  const value = variant === undefined ? undefined : args[variant.by];
  if (variant === undefined || (typeof value !== "number" && typeof value !== "bigint")) return signature;
  const found = Object.entries(variant.names).find(([, number]) => BigInt(number) === BigInt(value));
  return found === undefined ? signature : { ...signature, ...variant.formats[found[0]] };
}
