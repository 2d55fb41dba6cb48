import { IFF } from "@wb/syscall";
import type { Attribute } from "../../netlink/attribute.ts";
import { DecodeError } from "../../netlink/decode-error.ts";
import type { Message } from "../../netlink/message.ts";
import type { BridgePort } from "./bridge-port.ts";
import type { KindData } from "./kinds.ts";
import { type AddrGenMode, IFLA, ifinfomsg, type LinkStats, type OperState } from "./message.ts";
import { type LinkSysctls, sysctlsOf } from "./sysctls.ts";

/** A network interface. Fields that a kind of link does not have are left out. */
export interface Link {
  readonly index: number;
  readonly name: string;
  /** IFF_* as bits, netdevice(7): `IFF` of @wb/syscall. */
  readonly flags: number;
  /** IFF_UP: it was set up. Whether there is a carrier is in `operstate`. */
  readonly up: boolean;
  /** ARPHRD_*: 1 is Ethernet, 772 loopback. */
  readonly type: number;
  readonly mtu?: number;
  readonly minMtu?: number;
  readonly maxMtu?: number;
  /** The hardware address. */
  readonly address?: string;
  readonly broadcast?: string;
  readonly permAddress?: string;
  readonly operstate?: OperState | number;
  readonly linkmode?: number;
  readonly carrier?: boolean;
  readonly qdisc?: string;
  readonly txqlen?: number;
  readonly group?: number;
  readonly promiscuity?: number;
  readonly numTxQueues?: number;
  readonly numRxQueues?: number;
  /** The index of the bridge that it is a port of. */
  readonly master?: number;
  /** The index of the link that it stands on, or that is its other end. */
  readonly link?: number;
  /** The id of the namespace that `link` is in, if that is another one. */
  readonly linkNetnsid?: number;
  /** A text of the user's. */
  readonly alias?: string;
  readonly altNames?: readonly string[];
  /** `bridge`, `veth`…; loopback and hardware have none. */
  readonly kind?: string;
  /** By its kind: `KindData`. Bytes of a kind that is not in there. */
  readonly data?: KindData[keyof KindData] | Uint8Array;
  /** What it is a port of: `bridge`. */
  readonly portKind?: string;
  readonly port?: Partial<BridgePort> | Uint8Array;
  /** /proc/sys/net/ipv4/conf/NAME. */
  readonly sysctls?: LinkSysctls;
  readonly addrGenMode?: AddrGenMode | number;
  readonly stats?: LinkStats;
  /** The attributes that are not known here. */
  readonly unknown?: readonly Attribute[];
}

/** Decodes an RTM_NEWLINK or RTM_DELLINK. @throws DecodeError */
export function parseLink({ payload }: Pick<Message, "payload">): Link {
  if (payload.length < ifinfomsg.size) throw new DecodeError(`struct ifinfomsg: ${payload.length} bytes`);
  const { ifi_index, ifi_flags, ifi_type } = ifinfomsg.decode(payload);
  const { name = "", info, afSpec, ...rest } = IFLA.decode(payload.subarray(ifinfomsg.size));
  const {
    netNsPid: _pid,
    netNsFd: _fd,
    extMask: _mask,
    altName: _alt,
    newNetnsid: _id,
    newIfindex: _new,
    ...known
  } = rest;
  const { xstats: _xstats, ...ofKind } = info ?? {};
  const conf = afSpec?.inet?.conf;
  const addrGenMode = afSpec?.inet6?.addrGenMode;
  return {
    index: ifi_index,
    name,
    flags: ifi_flags,
    up: (ifi_flags & IFF.UP) !== 0,
    type: ifi_type,
    ...known,
    ...(ofKind as Pick<Link, "kind" | "data" | "portKind" | "port">),
    ...(conf === undefined ? {} : { sysctls: sysctlsOf(conf) }),
    ...(addrGenMode === undefined ? {} : { addrGenMode }),
  };
}
