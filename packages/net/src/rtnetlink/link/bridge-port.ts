import { u16, u32, u64, u8 } from "@wb/syscall";
import { attributes, type AttributeTable } from "../../netlink/attributes.ts";
import { bool8, integer, named } from "../../netlink/codec.ts";

/** BR_STATE_*, linux/if_bridge.h. */
const PORT_STATE = { disabled: 0, listening: 1, learning: 2, forwarding: 3, blocking: 4 } as const;

/** A port of a bridge, IFLA_BRPORT_* of linux/if_link.h, in the words of bridge(8). */
export interface BridgePort {
  readonly state: keyof typeof PORT_STATE | number;
  readonly priority: number;
  readonly cost: number;
  /** Sends back through the port that it came from: for a container that reaches itself by a published port. */
  readonly hairpin: boolean;
  /** Takes no STP messages (BPDUs). */
  readonly guard: boolean;
  readonly rootBlock: boolean;
  readonly fastleave: boolean;
  readonly learning: boolean;
  readonly flood: boolean;
  readonly proxyArp: boolean;
  readonly multicastRouter: number;
  readonly mcastFlood: boolean;
  readonly mcastToUnicast: boolean;
  readonly vlanTunnel: boolean;
  readonly bcastFlood: boolean;
  readonly groupFwdMask: number;
  readonly neighSuppress: boolean;
  /** Reaches only ports that are not isolated (Linux 4.18). */
  readonly isolated: boolean;
  readonly backupPort: number;
  /** Lets in only hardware addresses that the bridge knows (Linux 5.18). */
  readonly locked: boolean;
  /** Timers in 1/100 s. */
  readonly messageAgeTimer: bigint;
  readonly forwardDelayTimer: bigint;
  readonly holdTimer: bigint;
}

export const BRPORT: AttributeTable<BridgePort> = attributes<BridgePort>("IFLA_BRPORT", {
  state: [1, named(integer(u8), PORT_STATE)],
  priority: [2, integer(u16)],
  cost: [3, integer(u32)],
  hairpin: [4, bool8],
  guard: [5, bool8],
  rootBlock: [6, bool8],
  fastleave: [7, bool8],
  learning: [8, bool8],
  flood: [9, bool8],
  proxyArp: [10, bool8],
  messageAgeTimer: [21, integer(u64)],
  forwardDelayTimer: [22, integer(u64)],
  holdTimer: [23, integer(u64)],
  multicastRouter: [25, integer(u8)],
  mcastFlood: [27, bool8],
  mcastToUnicast: [28, bool8],
  vlanTunnel: [29, bool8],
  bcastFlood: [30, bool8],
  groupFwdMask: [31, integer(u16)],
  neighSuppress: [32, bool8],
  isolated: [33, bool8],
  backupPort: [34, integer(u32)],
  locked: [39, bool8],
});
