import { isErrno } from "@wb/syscall";
import { formatIp } from "../ip.ts";
import { type Where, withNetlink } from "../netlink/open.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { NFTA_SET_ELEM_LIST } from "../nft/attributes.ts";
import { NFGENMSG_SIZE } from "../nft/nfgenmsg.ts";
import { listElements } from "../nft/requests.ts";
import type { PublishedPort } from "./nat-elements.ts";
import { NAT_TABLE } from "./nat-table.ts";
import { PORT_PROTOCOLS, type PortProtocol } from "./port-protocols.ts";

/**
 * The ports of a machine that lead to containers', as the kernel has them: by protocol and port, those of one address before those of all.
 *
 * Equivalent to `nft list map inet wb published4`, and of the other three maps
 *
 * @returns none where there is no table
 * @throws NetlinkError EPERM without CAP_NET_ADMIN
 */
export function publishedPorts(where: Where = {}): PublishedPort[] {
  return withNetlink("netfilter", where, (socket) => MAPS.flatMap(({ set, length }) => portsIn(socket, set, length)));
}

/** How many bytes an address of the key has; the container's has 4 or 16 by the map's family. */
const MAPS = [
  { set: "published4", length: 4 },
  { set: "published6", length: 16 },
  { set: "everywhere4", length: 0 },
  { set: "everywhere6", length: 0 },
] as const;

function portsIn(socket: NetlinkSocket, set: string, length: number): PublishedPort[] {
  const ports = elementsOf(socket, set).flatMap(({ key, data }): PublishedPort[] => {
    const protocol = PROTOCOLS.find((name) => PORT_PROTOCOLS[name] === key[length]);
    // Somebody else put it there, of another protocol.
    if (protocol === undefined) return [];
    const split = data.length - REGISTER;
    const to = { address: formatIp(data.subarray(0, split)), port: data.readUInt16BE(split) };
    const at = length === 0 ? {} : { address: formatIp(key.subarray(0, length)) };
    return [{ ...at, port: key.readUInt16BE(length + REGISTER), protocol, to }];
  });
  return ports.toSorted((one, other) => one.port - other.port || (textOf(one) < textOf(other) ? -1 : 1));
}

const PROTOCOLS = Object.keys(PORT_PROTOCOLS) as PortProtocol[];

/** Bytes that a protocol or a port has in a key. */
const REGISTER = 4;

interface Entry {
  readonly key: Buffer;
  readonly data: Buffer;
}

function elementsOf(socket: NetlinkSocket, set: string): Entry[] {
  try {
    return socket
      .dump(listElements(NAT_TABLE, set))
      .flatMap(({ payload }) =>
        (NFTA_SET_ELEM_LIST.decode(payload.subarray(NFGENMSG_SIZE)).elements ?? []).flatMap(({ key, data }): Entry[] =>
          key?.value === undefined || data?.value === undefined
            ? []
            : [{ key: Buffer.from(key.value), data: Buffer.from(data.value) }],
        ),
      );
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}

function textOf({ address = "", protocol = "tcp" }: PublishedPort): string {
  return `${protocol} ${address}`;
}
