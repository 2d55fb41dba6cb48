import { parseIp, parsePrefix } from "../ip.ts";
import { NetError } from "../net-error.ts";
import { NFT_SET_ELEM } from "../nft/constants.ts";
import { interfaceName } from "../nft/expression.ts";
import type { Element } from "../nft/requests.ts";
import type { SetName } from "./nat-table.ts";
import { PORT_PROTOCOLS, type PortProtocol } from "./port-protocols.ts";

/** A network of containers, as the rules of this machine know it. */
export interface NatNetwork {
  /** The name of its bridge. */
  readonly bridge: string;
  /** Its subnets: `10.88.0.0/16`, `fd00:88::/64`. */
  readonly subnets: readonly string[];
  /** It reaches nothing but itself, and is reached by nothing else. Default false. */
  readonly internal?: boolean;
  /** What leaves the machine from it has the machine's address. Default: unless it is internal. */
  readonly masquerade?: boolean;
}

/** A port of this machine that leads to one of a container. */
export interface PublishedPort {
  /** An address of this machine. Default: each one of the family that the container's address has. */
  readonly address?: string;
  readonly port: number;
  /** Default tcp. */
  readonly protocol?: PortProtocol;
  readonly to: { readonly address: string; readonly port: number };
}

/** An element of one of the table's sets. */
export interface PlacedElement {
  readonly set: SetName;
  readonly element: Element;
}

/** What a network has in the sets. @throws NetError WB_NET_VALUE for a subnet that is none */
export function networkElements({
  bridge,
  subnets,
  internal = false,
  masquerade = !internal,
}: NatNetwork): PlacedElement[] {
  const name = interfaceName(bridge);
  const ranges = subnets.flatMap((subnet) => {
    const { family, elements } = rangeOf(subnet);
    const sets: SetName[] = [`subnets${family}`, ...(masquerade ? ([`masqueraded${family}`] as const) : [])];
    return sets.flatMap((set) => elements.map((element) => ({ set, element })));
  });
  return [
    { set: "bridges", element: { key: name } },
    { set: "same", element: { key: Buffer.concat([name, name]) } },
    ...(internal ? [{ set: "internal", element: { key: name } } as const] : []),
    ...ranges,
  ];
}

/** What a published port is in the maps. @throws NetError WB_NET_VALUE for what is no port, or an address of another family */
export function portElement({ address, port, protocol = "tcp", to }: PublishedPort): PlacedElement {
  const target = parseIp(to.address);
  const family = familyOf(target);
  const data = Buffer.concat([target, service(to.port)]);
  const service4 = Buffer.concat([Buffer.from([PORT_PROTOCOLS[protocol], 0, 0, 0]), service(port)]);
  if (address === undefined) return { set: `everywhere${family}`, element: { key: service4, data } };
  const at = parseIp(address);
  if (at.length !== target.length)
    throw new NetError("WB_NET_VALUE", `${address} cannot lead to ${to.address}, an address of another family`);
  return { set: `published${family}`, element: { key: Buffer.concat([at, service4]), data } };
}

/** The first address of a subnet, and the one after its last. */
function rangeOf(subnet: string): { readonly family: "4" | "6"; readonly elements: readonly Element[] } {
  const { address, length } = parsePrefix(subnet);
  const bytes = parseIp(address);
  const bits = BigInt(bytes.length * 8);
  const size = 1n << (bits - BigInt(length));
  const number = BigInt(`0x${bytes.toString("hex")}`);
  const first = number - (number % size);
  const next = first + size;
  const isLast = next === 1n << bits;
  const key = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(bytes.length * 2, "0"), "hex");
  const end = isLast ? [] : [{ key: key(next), flags: NFT_SET_ELEM.INTERVAL_END }];
  return { family: familyOf(bytes), elements: [{ key: key(first) }, ...end] };
}

function familyOf(address: Uint8Array): "4" | "6" {
  return address.length === 4 ? "4" : "6";
}

/** A port in network order, in the 4 bytes of a register. */
function service(port: number): Buffer {
  if (!Number.isInteger(port) || port < 1 || port > 0xffff)
    throw new NetError("WB_NET_VALUE", `no port: ${port}`, { hint: "1 to 65535" });
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16BE(port, 0);
  return bytes;
}
