import type { Outgoing } from "./message.ts";

/** One message to the kernel, and how errors call it. */
export interface NetlinkRequest extends Outgoing {
  /** Its type in the kernel's headers: `RTM_NEWLINK`. */
  readonly name: string;
  /** What it does, as a command that does the same: `ip link add eth0 type dummy`. */
  readonly command: string;
}
