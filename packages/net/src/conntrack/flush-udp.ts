import { isErrno, u8 } from "@wb/syscall";
import { formatIp } from "../ip.ts";
import { type AttributeTable, attributes, type Attributes } from "../netlink/attributes.ts";
import { be16, bytes, integer } from "../netlink/codec.ts";
import { type Where, withNetlink } from "../netlink/open.ts";
import type { NetlinkRequest } from "../netlink/request.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { NFNL_SUBSYS, NFPROTO } from "../nft/constants.ts";
import { NFGENMSG_SIZE, nfgenmsg } from "../nft/nfgenmsg.ts";

/** UDP packets that belong together: either is enough. */
export interface UdpFlows {
  /** They were sent to one of these ports. */
  readonly ports?: readonly number[];
  /** They came to one of these addresses in the end, and are answered from it. */
  readonly addresses?: readonly string[];
}

/**
 * Has the kernel forget flows of UDP packets. One that began before a port was published, or that goes on when it no longer is, keeps to
 * the rules that its first packet met, as long as packets come.
 *
 * Equivalent to `conntrack -D -p udp --orig-port-dst PORT`, `conntrack -D -p udp --reply-src ADDRESS`
 *
 * @returns how many flows there were
 * @throws NetlinkError
 */
export function flushUdp({ ports = [], addresses = [] }: UdpFlows, where: Where = {}): number {
  const isStale = ({ orig, reply }: Attributes<Connection>): boolean =>
    orig?.proto?.number === UDP &&
    (ports.includes(orig.proto.destinationPort ?? 0) || addresses.includes(sourceOf(reply)));
  return withNetlink(
    "netfilter",
    where,
    (socket) =>
      [NFPROTO.IPV4, NFPROTO.IPV6]
        .flatMap((family) =>
          connectionsOf(socket, family)
            .filter(isStale)
            .map(({ orig }) => deletion(family, orig)),
        )
        .filter((one) => isDone(socket, one)).length,
  );
}

/** A connection of ctnetlink, as far as it matters here: linux/netfilter/nfnetlink_conntrack.h. */
interface Connection {
  orig: Attributes<Tuple>;
  reply: Attributes<Tuple>;
}

interface Tuple {
  ip: Attributes<{ source4: Uint8Array; destination4: Uint8Array; source6: Uint8Array; destination6: Uint8Array }>;
  proto: Attributes<{ number: number; sourcePort: number; destinationPort: number }>;
}

const CTA_TUPLE: AttributeTable<Tuple> = attributes("CTA_TUPLE", {
  ip: [
    1,
    attributes<{ source4: Uint8Array; destination4: Uint8Array; source6: Uint8Array; destination6: Uint8Array }>(
      "CTA_IP",
      {
        source4: [1, bytes],
        destination4: [2, bytes],
        source6: [3, bytes],
        destination6: [4, bytes],
      },
    ),
  ],
  proto: [
    2,
    attributes<{ number: number; sourcePort: number; destinationPort: number }>("CTA_PROTO", {
      number: [1, integer(u8)],
      sourcePort: [2, be16],
      destinationPort: [3, be16],
    }),
  ],
});

const CTA: AttributeTable<Connection> = attributes("CTA", { orig: [1, CTA_TUPLE], reply: [2, CTA_TUPLE] });

const IPCTNL_MSG_CT = { GET: 1, DELETE: 2 } as const;

/** protocols(5) */
const UDP = 17;

function connectionsOf(socket: NetlinkSocket, family: number): Attributes<Connection>[] {
  const list = request("GET", family, "conntrack -L", {});
  return socket.dump(list).map(({ payload }) => CTA.decode(payload.subarray(NFGENMSG_SIZE)));
}

function deletion(family: number, orig: Attributes<Tuple> | undefined): NetlinkRequest {
  return request("DELETE", family, "conntrack -D -p udp", orig === undefined ? {} : { orig });
}

/** @returns false for one that is gone by now */
function isDone(socket: NetlinkSocket, wanted: NetlinkRequest): boolean {
  try {
    socket.request(wanted);
    return true;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return false;
    throw error;
  }
}

function sourceOf(tuple: Attributes<Tuple> | undefined): string {
  const source = tuple?.ip?.source4 ?? tuple?.ip?.source6;
  return source === undefined ? "" : formatIp(source);
}

function request(
  name: keyof typeof IPCTNL_MSG_CT,
  family: number,
  command: string,
  value: Attributes<Connection>,
): NetlinkRequest {
  return {
    name: `IPCTNL_MSG_CT_${name}`,
    command,
    type: (NFNL_SUBSYS.CTNETLINK << 8) | IPCTNL_MSG_CT[name],
    flags: 0,
    payload: Buffer.concat([nfgenmsg(family), CTA.encode(value)]),
  };
}
