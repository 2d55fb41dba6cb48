import { closeSync, openSync } from "node:fs";
import { closeFd } from "./close-fd.ts";
import { call, into, step } from "./program.ts";
import { run } from "./run.ts";
import { O } from "./uapi/fcntl.ts";
import { AF, SOCK } from "./uapi/net.ts";

export interface ConnectUnixOptions {
  /** `SOCK.STREAM` or `SOCK.DGRAM`. Default: a stream. */
  readonly type?: number;
  /** The name is one in the abstract namespace. Default false. */
  readonly abstract?: boolean;
}

/**
 * A socket that is connected to the one at a path, unix(7): blocking, closed by exec. The caller closes it. A path of more than 107 bytes, which no `struct sockaddr_un` holds, works, too.
 *
 * @throws SyscallError ENOENT without the socket, ECONNREFUSED when nobody listens; TypeError for a path with a NUL byte
 */
export function connectUnix(path: string, { type = SOCK.STREAM, abstract = false }: ConnectUnixOptions = {}): number {
  if (path === "" || path.includes("\0")) throw new TypeError(`no path of a socket: ${JSON.stringify(path)}`);
  if (abstract) return connect(path, `\0${path}`, type);
  if (Buffer.byteLength(path) < SUN_PATH) return connect(path, `${path}\0`, type);
  // connect(2) follows the magic link to the socket itself, proc_pid_fd(5).
  const handle = openSync(path, O.PATH);
  try {
    return connect(path, `/proc/self/fd/${handle}\0`, type);
  } finally {
    closeSync(handle);
  }
}

/** sizeof sun_path, with its NUL byte. */
const SUN_PATH = 108;

function connect(path: string, name: string, type: number): number {
  const address = Buffer.concat([Buffer.from(Uint16Array.of(AF.UNIX).buffer), Buffer.from(name)]);
  const made = run([step("make a socket", [into("socket", call("socket", AF.UNIX, type | SOCK.CLOEXEC, 0))])]);
  const socket = made.number("socket");
  try {
    run([step(`connect to the socket ${path}`, [call("connect", socket, address, address.length)])]);
    return socket;
  } catch (error) {
    closeFd(socket);
    throw error;
  }
}
