import { type Struct, struct, u64 } from "../struct.ts";
import { SA } from "../uapi/signal.ts";

/**
 * `struct sigaction` as rt_sigaction(2) takes it, asm/signal.h of x86-64 and asm-generic/signal.h of arm64, which are alike.
 * The C library's, in sigaction(2), has another order.
 */
export interface Sigaction {
  /** SIG_DFL, SIG_IGN or an address. */
  readonly sa_handler: bigint;
  readonly sa_flags: bigint;
  readonly sa_restorer: bigint;
  /** Bit n-1 is signal n. */
  readonly sa_mask: bigint;
}

export const sigaction: Struct<Sigaction> = struct<Sigaction>(
  "sigaction",
  { sa_handler: u64, sa_flags: u64, sa_restorer: u64, sa_mask: u64 },
  { sa_handler: "hex", sa_flags: { flags: SA, prefix: "SA_" }, sa_restorer: "pointer", sa_mask: "hex" },
);
