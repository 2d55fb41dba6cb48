import { isUtf8 } from "node:buffer";

/**
 * A name as Linux and tar have it: bytes of no particular encoding, one in each character of a string (latin1). Such names
 * can be cut and compared as strings, and no byte of them is lost.
 */
export type ByteString = string;

/** The bytes as a ByteString. */
export function byteString(bytes: Buffer): ByteString {
  return bytes.toString("latin1");
}

/** The name as people read it: as UTF-8, as far as it is. */
export function textOf(name: ByteString): string {
  return isAscii(name) ? name : Buffer.from(name, "latin1").toString("utf8");
}

/** The name as an argument of a system call: a string where it is UTF-8, so that errors show it, and otherwise its bytes. */
export function pathArgument(name: ByteString): string | Uint8Array {
  if (isAscii(name)) return name;
  const bytes = Buffer.from(name, "latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : Buffer.concat([bytes, Buffer.alloc(1)]);
}

function isAscii(name: ByteString): boolean {
  return /^[\0-\x7f]*$/.test(name);
}
