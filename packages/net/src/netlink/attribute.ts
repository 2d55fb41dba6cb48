/** One attribute, `struct nlattr` of linux/netlink.h: a type, flags and bytes. */
export interface Attribute {
  /** Without the flags. */
  readonly type: number;
  /** {@link NLA_F}: or-ed. */
  readonly flags: number;
  readonly data: Buffer;
}

/** The upper bits of an attribute's type, linux/netlink.h. */
export const NLA_F = {
  /** It holds attributes. */
  NESTED: 0x8000,
  /** Its integer is big-endian. */
  NET_BYTEORDER: 0x4000,
} as const;

/**
 * The attributes in bytes, as nla_parse() of the kernel finds them: what no longer is one ends the list. Their data are
 * parts of `bytes`, not copies.
 */
export function parseAttributes(bytes: Buffer): Attribute[] {
  const found: Attribute[] = [];
  let start = 0;
  while (bytes.length - start >= HEADER) {
    const length = bytes.readUInt16LE(start);
    if (length < HEADER || length > bytes.length - start) break;
    const type = bytes.readUInt16LE(start + 2);
    found.push({ type: type & TYPE, flags: type & ~TYPE, data: bytes.subarray(start + HEADER, start + length) });
    start += align(length);
  }
  return found;
}

/**
 * The bytes of one attribute, padded to 4.
 *
 * @throws RangeError for one of more than 65,535 bytes with its header: the length has 16 bits
 */
export function encodeAttribute(type: number, data: Uint8Array, flags = 0): Buffer {
  const length = HEADER + data.length;
  if (length > 0xffff)
    throw new RangeError(`an attribute of ${data.length} bytes: netlink has at most ${0xffff - HEADER}`);
  const bytes = Buffer.alloc(align(length));
  bytes.writeUInt16LE(length, 0);
  bytes.writeUInt16LE(type | flags, 2);
  bytes.set(data, HEADER);
  return bytes;
}

/** Bytes before an attribute's data. */
const HEADER = 4;

const TYPE = 0xffff & ~(NLA_F.NESTED | NLA_F.NET_BYTEORDER);

function align(length: number): number {
  return (length + 3) & ~3;
}
