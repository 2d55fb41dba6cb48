import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { address, call, into, isErrno, memory, MSG, O, run, step } from "@wb/syscall";
import { isTerminal } from "./caller-terminal.ts";

/** Where bytes are written without waiting. */
export interface Sink extends Disposable {
  readonly fd: number;
  readonly isTerminal: boolean;
  /** Writes what goes. @throws EAGAIN when nothing does, EIO or EPIPE when nobody reads any more */
  readonly write: (bytes: Buffer) => number;
}

/** Where bytes come from, without waiting. */
export interface Source extends Disposable {
  readonly fd: number;
  /** Reads what there is. @throws EAGAIN when there is nothing; 0 at the end */
  readonly read: (buffer: Buffer) => number;
}

/** As {@link sinkOf}, to read: what is no terminal, pipe or socket never makes one wait. */
export function sourceOf(fd: number): Source {
  const stat = fstatSync(fd);
  if (stat.isSocket()) return { fd, read: (buffer) => receive(fd, buffer), [Symbol.dispose]: () => undefined };
  const own = stat.isFIFO() || (stat.isCharacterDevice() && isTerminal(fd)) ? openInput(fd) : undefined;
  return {
    ...readerOf(own ?? fd),
    fd: own ?? fd,
    [Symbol.dispose]: () => (own === undefined ? undefined : closeSync(own)),
  };
}

export function readerOf(fd: number): Pick<Source, "read"> {
  return { read: (buffer) => readSync(fd, buffer) };
}

/**
 * A way to write to a file descriptor of the caller without waiting. O_NONBLOCK belongs to the open file, which others have
 * too: a terminal or a pipe is opened anew for it, a socket has a flag for it, and a file never makes one wait.
 */
export function sinkOf(fd: number): Sink {
  const stat = fstatSync(fd);
  const terminal = stat.isCharacterDevice() && isTerminal(fd);
  const own = terminal || stat.isFIFO() ? openUnlessGone(fd) : undefined;
  if (own !== undefined) {
    return {
      fd: own,
      isTerminal: terminal,
      write: (bytes) => writeSync(own, bytes),
      [Symbol.dispose]: () => closeSync(own),
    };
  }
  const write = stat.isSocket() ? (bytes: Buffer) => send(fd, bytes) : (bytes: Buffer) => writeSync(fd, bytes);
  return { fd, isTerminal: terminal, write, [Symbol.dispose]: () => undefined };
}

/** The caller's terminal, to be read without waiting. */
export function openInput(tty: number): number {
  return openAgain(tty, O.RDONLY);
}

/** Undefined where nobody reads any more, which a write then tells. */
function openUnlessGone(fd: number): number | undefined {
  try {
    return openAgain(fd, O.WRONLY);
  } catch (error) {
    if (isErrno(error, "ENXIO", "EIO")) return undefined;
    throw error;
  }
}

/** By /proc, which leads to the open file itself: its name may be another's in this mount namespace. */
function openAgain(fd: number, access: number): number {
  return openSync(`/proc/self/fd/${fd}`, access | O.NOCTTY | O.NONBLOCK | O.CLOEXEC);
}

function receive(socket: number, buffer: Buffer): number {
  const received = run([
    step("read the input", [
      memory("received", buffer.length),
      into("length", call("recvfrom", socket, address("received"), buffer.length, MSG.DONTWAIT, null, null)),
    ]),
  ]);
  const length = received.number("length");
  received.bytes("received", length).copy(buffer);
  return length;
}

function send(socket: number, bytes: Buffer): number {
  const flags = MSG.DONTWAIT | MSG.NOSIGNAL;
  const sent = run([
    step("write the output", [into("sent", call("sendto", socket, bytes, bytes.length, flags, null, 0))]),
  ]);
  return sent.number("sent");
}
