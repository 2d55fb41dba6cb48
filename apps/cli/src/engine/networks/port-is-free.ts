import { parseIp, type PortProtocol } from "@wb/net";
import { AF, call, type ErrnoName, ignoring, into, isErrno, run, SO, SOCK, SOL, step, value } from "@wb/syscall";

/**
 * Why no socket can be bound to a port of this machine, bind(2): EADDRINUSE, EADDRNOTAVAIL for an address that is not its own, EACCES;
 * undefined: one can.
 */
export function whyNotFree(address: string, port: number, protocol: PortProtocol): ErrnoName | undefined {
  // Whether the kernel knows it is not asked for a port alone.
  if (protocol === "sctp") return undefined;
  const bytes = parseIp(address);
  const family = bytes.length === 4 ? AF.INET : AF.INET6;
  const name = socketAddress(family, bytes, port);
  const isTcp = protocol === "tcp";
  const on = Buffer.from(Int32Array.of(1).buffer);
  try {
    run(
      [
        step(`bind to ${address}:${port}/${protocol}`, [
          into("socket", call("socket", family, (isTcp ? SOCK.STREAM : SOCK.DGRAM) | SOCK.CLOEXEC, 0)),
          // Connections of before, which wait for their end, are no reason; a socket that listens is.
          ...(isTcp ? [call("setsockopt", value("socket"), SOL.SOCKET, SO.REUSEADDR, on, on.length)] : []),
          ...(family === AF.INET6 ? [call("setsockopt", value("socket"), SOL_IPV6, IPV6_V6ONLY, on, on.length)] : []),
          call("bind", value("socket"), name, name.length),
          ...(isTcp ? [call("listen", value("socket"), 1)] : []),
          { label: "close" },
          ignoring(call("close", value("socket"))),
        ]),
      ],
      { onError: "close" },
    );
    return undefined;
  } catch (error) {
    for (const code of REASONS) if (isErrno(error, code)) return code;
    throw error;
  }
}

const REASONS = ["EADDRINUSE", "EADDRNOTAVAIL", "EACCES"] as const;

/** ipv6(7) */
const SOL_IPV6 = 41;
const IPV6_V6ONLY = 26;

/** `struct sockaddr_in` of ip(7), or `struct sockaddr_in6` of ipv6(7). */
function socketAddress(family: number, bytes: Uint8Array, port: number): Buffer {
  const isIpv4 = family === AF.INET;
  const name = Buffer.alloc(isIpv4 ? 16 : 28);
  name.writeUInt16LE(family, 0);
  name.writeUInt16BE(port, 2);
  name.set(bytes, isIpv4 ? 4 : 8);
  return name;
}
