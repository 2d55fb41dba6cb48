import { closeFd } from "./close-fd.ts";
import { connectUnix } from "./connect-unix.ts";
import { address, call, type Integer, into, memory, pointer, type Step, step, type Value } from "./program.ts";
import { run } from "./run.ts";
import { cmsghdr } from "./structs/cmsghdr.ts";
import { iovec } from "./structs/iovec.ts";
import { msghdr } from "./structs/msghdr.ts";
import { MSG, SCM, SOL } from "./uapi/net.ts";

/**
 * Sends bytes and copies of file descriptors over a Unix socket, SCM_RIGHTS of unix(7), in one message: to a listening
 * socket by its path, or over a connected one. It is how a container's terminal goes to `--console-socket`, and the listener
 * of a seccomp filter to `listenerPath`. This process keeps its own file descriptors.
 *
 * It waits while the receiver's buffer is full.
 *
 * @throws SyscallError ENOENT or ECONNREFUSED of connect, EPIPE of sendmsg (no SIGPIPE); RangeError without bytes, which a
 *   stream would not carry, or with more than 253 file descriptors
 * @example
 * sendFds("/run/console.sock", Buffer.from("/dev/ptmx"), [terminal]);
 */
export function sendFds(to: string | number, bytes: Uint8Array, fds: readonly number[]): void {
  if (typeof to === "number") {
    send(to, bytes, fds);
    return;
  }
  const socket = connectUnix(to);
  try {
    send(socket, bytes, fds);
  } finally {
    closeFd(socket);
  }
}

/**
 * The Step that does it in a Program, over a connected socket, with file descriptors that may be in cells. The cell
 * `sent` holds how many bytes went: all of them on a socket that blocks.
 */
export function sendFdsStep(socket: Integer | Value, bytes: Uint8Array, fds: readonly (Integer | Value)[]): Step {
  if (bytes.length === 0) throw new RangeError("file descriptors go with at least one byte");
  if (fds.length > SCM_MAX_FD)
    throw new RangeError(`${fds.length} file descriptors: at most ${SCM_MAX_FD} in a message`);
  const length = cmsghdr.size + 4 * fds.length;
  const control = `control of ${fds.length}`;
  return step(`send ${fds.length} file descriptors over a socket`, [
    memory(control, length),
    { assign: address(control, cmsghdr.offsets.cmsg_len), to: length },
    // Level and type are two ints in one word.
    { assign: address(control, cmsghdr.offsets.cmsg_level), to: SOL.SOCKET + SCM.RIGHTS * 2 ** 32 },
    // Each word's upper half is the next int, which is written after it, or what is behind the message.
    ...fds.map((fd, index) => ({ assign: address(control, cmsghdr.size + 4 * index), to: fd })),
    into(
      "sent",
      call(
        "sendmsg",
        socket,
        pointer(msghdr, {
          msg_iov: pointer(iovec, { iov_base: bytes, iov_len: bytes.length }),
          msg_iovlen: 1,
          msg_control: address(control),
          msg_controllen: length,
        }),
        MSG.NOSIGNAL,
      ),
    ),
  ]);
}

/** How many a message takes, unix(7). */
const SCM_MAX_FD = 253;

function send(socket: number, bytes: Uint8Array, fds: readonly number[]): void {
  const sent = run([sendFdsStep(socket, bytes, fds)]).number("sent");
  if (sent !== bytes.length) throw new Error(`only ${sent} of ${bytes.length} bytes went over the socket ${socket}`);
}
