import { marshal } from "./marshal.ts";
import { unmarshal } from "./unmarshal.ts";
import { type DbusValue, type Variant, variant } from "./value.ts";

/** D-Bus specification, "Message Format". */
export const MESSAGE = { METHOD_CALL: 1, METHOD_RETURN: 2, ERROR: 3, SIGNAL: 4 } as const;

/** A message that came in. What its header does not have is undefined. */
export interface Message {
  readonly type: number;
  readonly member: string | undefined;
  readonly errorName: string | undefined;
  readonly replySerial: number | undefined;
  readonly body: readonly DbusValue[];
}

/** A call of a method. */
export interface MethodCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly DbusValue[];
}

const LITTLE_ENDIAN = "l".codePointAt(0) ?? 0;
const PROTOCOL_VERSION = 1;

/** Fields of a header by their numbers. */
const FIELD = {
  PATH: 1,
  INTERFACE: 2,
  MEMBER: 3,
  ERROR_NAME: 4,
  REPLY_SERIAL: 5,
  DESTINATION: 6,
  SIGNATURE: 8,
} as const;

const HEADER = "yyyyuua(yv)";

/** The bytes of a call. Where there is no bus between, its destination is ignored. */
export function encodeCall(serial: number, { signature = "", body = [], ...call }: MethodCall): Buffer {
  const content = marshal(signature, body);
  const fields: [number, Variant][] = [
    [FIELD.PATH, variant("o", call.path)],
    [FIELD.INTERFACE, variant("s", call.interface)],
    [FIELD.MEMBER, variant("s", call.member)],
    [FIELD.DESTINATION, variant("s", call.destination)],
    ...(signature === "" ? [] : [[FIELD.SIGNATURE, variant("g", signature)] satisfies [number, Variant]]),
  ];
  const start = [LITTLE_ENDIAN, MESSAGE.METHOD_CALL, 0, PROTOCOL_VERSION, content.length, serial];
  const header = marshal(HEADER, [...start, fields]);
  return Buffer.concat([header, Buffer.alloc(-header.length & 7), content]);
}

/**
 * The first message in the bytes and how many it took; undefined while it is not whole.
 *
 * @throws TypeError for what no D-Bus peer of this machine sends
 */
export function decodeMessage(bytes: Buffer): { readonly message: Message; readonly size: number } | undefined {
  if (bytes.length < FIXED) return undefined;
  if (bytes[0] !== LITTLE_ENDIAN) throw new TypeError("a D-Bus message in another byte order");
  const headerEnd = FIXED + bytes.readUInt32LE(FIXED - 4);
  const bodyStart = headerEnd + (-headerEnd & 7);
  const size = bodyStart + bytes.readUInt32LE(4);
  if (size > LONGEST) throw new TypeError("a D-Bus message longer than the specification allows");
  if (bytes.length < size) return undefined;
  const [, type, , , , , fields] = unmarshal(HEADER, bytes.subarray(0, headerEnd));
  // The signature above says which types these are.
  const byNumber = new Map((fields as [number, Variant][]).map(([field, { value }]) => [field, value]));
  const text = (field: number): string | undefined => byNumber.get(field) as string | undefined;
  return {
    size,
    message: {
      type: type as number,
      member: text(FIELD.MEMBER),
      errorName: text(FIELD.ERROR_NAME),
      replySerial: byNumber.get(FIELD.REPLY_SERIAL) as number | undefined,
      body: unmarshal(text(FIELD.SIGNATURE) ?? "", bytes.subarray(bodyStart, size)),
    },
  };
}

/** Bytes before the fields of a header, with the length of these. */
const FIXED = 16;

/** 128 MiB. */
const LONGEST = 2 ** 27;
