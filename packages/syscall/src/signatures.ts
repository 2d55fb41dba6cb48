import type { Signature } from "./signature.ts";
import { fileVariants, files } from "./signatures/files.ts";
import type { Signatures, Variants } from "./signatures/formats.ts";
import { limits } from "./signatures/limits.ts";
import { mountVariants, mounts } from "./signatures/mounts.ts";
import { processVariants, processes } from "./signatures/processes.ts";
import { security, securityVariants } from "./signatures/security.ts";
import { socketVariants, sockets } from "./signatures/sockets.ts";
import { waiting } from "./signatures/waiting.ts";
import type { SyscallName } from "./uapi/syscalls.generated.ts";

/** What is known of system calls. */
interface Tables {
  /** The parameters of those that containers need, by the names of their man pages. */
  readonly signatures: Signatures;
  /** Of these, the ones that depend on another parameter. */
  readonly variants: Variants;
}

let tables: Tables | undefined;

/** The tables, made when they are first asked for: only explaining and errors do, and making them takes 2 ms. */
export function signatureTables(): Tables {
  tables ??= {
    signatures: {
      ...files(),
      ...mounts(),
      ...processes(),
      ...security(),
      ...limits(),
      ...sockets(),
      ...waiting(),
    },
    variants: {
      ...fileVariants(),
      ...mountVariants(),
      ...processVariants(),
      ...securityVariants(),
      ...socketVariants(),
    },
  };
  return tables;
}

/**
 * The signature of a call with these arguments: what the later parameters of prctl(2), fcntl(2) and others are depends on
 * an earlier one. A call that {@link signatureTables} lack has no parameters here.
 *
 * @example
 * signatureOf("prctl", [PR.SET_PDEATHSIG, SIG.KILL]); // { option: …, arg2: "signal", … }
 */
export function signatureOf(name: SyscallName, args: readonly unknown[]): Signature {
  const { signatures, variants } = signatureTables();
  const signature = signatures[name] ?? {};
  const variant = variants[name];
  const value = variant === undefined ? undefined : args[variant.by];
  if (variant === undefined || (typeof value !== "number" && typeof value !== "bigint")) return signature;
  const found = Object.entries(variant.names).find(([, number]) => BigInt(number) === BigInt(value));
  return found === undefined ? signature : { ...signature, ...variant.formats[found[0]] };
}
