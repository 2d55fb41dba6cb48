/**
 * 4 or 6 for the text of an address, which may have a zone (RFC 4007), otherwise 0: `isIP` of node:net, which takes as long to load as all
 * of this package.
 */
export function ipVersion(text: string): 0 | 4 | 6 {
  if (IPV4.test(text)) return 4;
  return isIpv6(text) ? 6 : 0;
}

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

function isIpv6(text: string): boolean {
  const [address = "", zone = "-", ...more] = text.split("%");
  const halves = address.split("::");
  const words = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  // The last 4 bytes may be written as IPv4.
  const isDotted = IPV4.test(words.at(-1) ?? "") && halves.at(-1) !== "";
  const hex = isDotted ? words.slice(0, -1) : words;
  const count = hex.length + (isDotted ? 2 : 0);
  const isFull = halves.length === 1 ? count === 8 : halves.length === 2 && count < 8;
  return isFull && zone !== "" && more.length === 0 && hex.every((word) => /^[\da-f]{1,4}$/i.test(word));
}
