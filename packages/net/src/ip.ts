import { AF } from "@wb/syscall";
import { ipVersion } from "./ip-version.ts";
import { NetError } from "./net-error.ts";
import type { Codec } from "./netlink/codec.ts";
import { DecodeError } from "./netlink/decode-error.ts";

/** An address with the length of its network's prefix. */
export interface Prefix {
  readonly address: string;
  readonly length: number;
}

/** 4 bytes, or 16. @throws NetError WB_NET_VALUE for a text that is no address */
export function parseIp(text: string): Buffer {
  if (ipVersion(text) === 4) return Buffer.from(text.split(".").map(Number));
  if (ipVersion(text) === 6 && !text.includes("%")) return parseIpv6(text);
  throw new NetError("WB_NET_VALUE", `no IP address: ${JSON.stringify(text)}`);
}

/** As inet_ntop(3) writes it. @throws DecodeError when it has neither 4 nor 16 bytes */
export function formatIp(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length === 16) return formatIpv6(bytes);
  throw new DecodeError(`an IP address of ${bytes.length} bytes`);
}

/** `AF.INET` or `AF.INET6`. @throws NetError WB_NET_VALUE */
export function familyOf(address: string): number {
  return parseIp(address).length === 4 ? AF.INET : AF.INET6;
}

/**
 * `10.0.0.1/24`; without a length it is that of the address alone, /32 or /128.
 *
 * @throws NetError WB_NET_VALUE
 */
export function parsePrefix(text: string): Prefix {
  const [address = "", length, ...more] = text.split("/");
  const most = parseIp(address).length * 8;
  const number = length === undefined ? most : Number(length);
  if (more.length > 0 || !/^\d{1,3}$/.test(length ?? "0") || number > most)
    throw new NetError("WB_NET_VALUE", `no address with a prefix length: ${JSON.stringify(text)}`);
  return { address, length: number };
}

/** The codec of an attribute with an address of either family. */
export const ip: Codec<string> = { encode: parseIp, decode: formatIp };

function parseIpv6(text: string): Buffer {
  // The last 4 bytes may be written as IPv4.
  const dotted = /(?<=:)\d+\.\d+\.\d+\.\d+$/.exec(text)?.[0];
  const words = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((word) => Number.parseInt(word, 16));
  const [head = "", tail] = (dotted === undefined ? text : text.slice(0, -dotted.length) + hexOf(dotted)).split("::");
  const [first, last] = [words(head), words(tail ?? "")];
  const all =
    tail === undefined ? first : [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
  const bytes = Buffer.alloc(16);
  for (const [index, word] of all.entries()) bytes.writeUInt16BE(word, index * 2);
  return bytes;
}

function hexOf(dotted: string): string {
  const bytes = Buffer.from(dotted.split(".").map(Number));
  return `${bytes.readUInt16BE(0).toString(16)}:${bytes.readUInt16BE(2).toString(16)}`;
}

function formatIpv6(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = Array.from({ length: 8 }, (_, index) => view.getUint16(index * 2));
  const { start, length } = longestZeros(words);
  const dotted = start === 0 && (length === 6 || (length === 5 && words[5] === 0xffff));
  const texts = words.map((word) => word.toString(16));
  if (dotted) texts.splice(6, 2, bytes.subarray(12).join("."));
  if (length < 2) return texts.join(":");
  return `${texts.slice(0, start).join(":")}::${texts.slice(start + length).join(":")}`;
}

/** The first of the longest runs: RFC 5952, 4.2. */
function longestZeros(words: readonly number[]): { readonly start: number; readonly length: number } {
  let longest = { start: -1, length: 0 };
  for (let start = 0; start < words.length; start++) {
    let length = 0;
    while (words[start + length] === 0) length++;
    if (length > longest.length) longest = { start, length };
    start += length;
  }
  return longest;
}
