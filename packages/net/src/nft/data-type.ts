/** A type of values in sets, by its name in nft(8). */
export type DataType = keyof typeof TYPES;

/** How the key of a set, or what a map leads to, is told to the kernel. */
export interface TypeOfData {
  /** The number by which nft(8) knows it: six bits for each type. The kernel keeps it, and asks for nothing. */
  readonly type: number;
  /** Bytes. */
  readonly length: number;
  /** The order of its bytes, as nft(8) notes it with a set: NFTNL_UDATA_SET_KEYBYTEORDER. Without, it cannot show names of interfaces. */
  readonly userdata: Uint8Array;
}

/** A concatenation: each part begins at a register. */
export function concatenated(types: readonly DataType[]): TypeOfData {
  return {
    type: types.reduce((all, type) => (all << 6) | TYPES[type].number, 0),
    length: types.reduce((sum, type) => sum + TYPES[type].length, 0),
    userdata: Uint8Array.of(0, 4, types.join() === "ifname" ? HOST_ENDIAN : BIG_ENDIAN, 0, 0, 0),
  };
}

const HOST_ENDIAN = 1;
const BIG_ENDIAN = 2;

/** Its number in nft(8), include/datatype.h, and the bytes that its registers have. */
const TYPES = {
  ipv4_addr: { number: 7, length: 4 },
  ipv6_addr: { number: 8, length: 16 },
  inet_proto: { number: 12, length: 4 },
  inet_service: { number: 13, length: 4 },
  ifname: { number: 41, length: 16 },
} as const;
