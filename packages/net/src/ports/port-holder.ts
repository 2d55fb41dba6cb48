import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { isErrno } from "@wb/syscall";
import { formatIp } from "../ip.ts";

/** Who has a port. */
export interface PortHolder {
  readonly address: string;
  readonly port: number;
  readonly protocol: "tcp" | "udp";
  /** Undefined where this process may not know, or no process has it open any more. */
  readonly pid?: number;
  /** The first 15 bytes of the name of what it runs, proc_pid_comm(5). */
  readonly comm?: string;
}

/**
 * The sockets that wait for connections, or packets, at a port, in the network namespace of a process.
 *
 * Equivalent to `ss -lntup 'sport = PORT'`
 *
 * @param pid Default: this one
 */
export function portHolders(port: number, protocol: "tcp" | "udp", pid: number | "self" = "self"): PortHolder[] {
  const sockets = ["", "6"].flatMap((version) =>
    socketsIn(`/proc/${pid}/net/${protocol}${version}`, protocol).filter((socket) => socket.port === port),
  );
  return sockets.map(({ inode, address }) => ({ address, port, protocol, ...processWith(inode) }));
}

interface ListeningSocket {
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

/** proc_pid_net(5): states of `tcp`, and of `udp`, where one that is not connected has the number of a closed one. */
const LISTENS = { tcp: "0A", udp: "07" } as const;

function socketsIn(path: string, protocol: "tcp" | "udp"): ListeningSocket[] {
  return readProc(path)
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
      const [address = "", port = ""] = local.split(":");
      if (state !== LISTENS[protocol]) return [];
      return [{ address: addressOf(address), port: Number.parseInt(port, 16), inode }];
    });
}

/** Words of 32 bits, each in the order of this machine. */
function addressOf(hex: string): string {
  return formatIp(Buffer.from(hex, "hex").swap32());
}

function processWith(inode: string): Pick<PortHolder, "pid" | "comm"> {
  const wanted = `socket:[${inode}]`;
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name) || !fdsOf(name).includes(wanted)) continue;
    return { pid: Number(name), comm: readProc(`/proc/${name}/comm`).trim() };
  }
  return {};
}

function fdsOf(pid: string): string[] {
  return unlessGone([], () => readdirSync(`/proc/${pid}/fd`)).map((fd) =>
    unlessGone("", () => readlinkSync(`/proc/${pid}/fd/${fd}`)),
  );
}

function readProc(path: string): string {
  return unlessGone("", () => readFileSync(path, "utf8"));
}

/** Processes end while they are looked at, and those of others are closed to ordinary users. */
function unlessGone<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH", "EACCES", "EPERM", "EINVAL")) return otherwise;
    throw error;
  }
}
