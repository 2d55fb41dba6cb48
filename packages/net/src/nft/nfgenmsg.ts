/** `struct nfgenmsg`, linux/netfilter/nfnetlink.h, which each message of nfnetlink begins with. @param resource in network order */
export function nfgenmsg(family: number, resource = 0): Buffer {
  const bytes = Buffer.alloc(NFGENMSG_SIZE);
  bytes.writeUInt8(family, 0);
  bytes.writeUInt16BE(resource, 2);
  return bytes;
}

export const NFGENMSG_SIZE = 4;
