import { setTimeout } from "node:timers/promises";
import {
  address,
  AF,
  call,
  closeFd,
  ignoring,
  into,
  memory,
  MSG,
  O,
  run,
  sendFds,
  SOCK,
  step,
  value,
} from "@wb/syscall";

/**
 * Tells the service manager something, sd_notify(3), and waits until it has heard it, sd_notify_barrier(3): it looks for the
 * sender's unit by its process, which may end next. One that does not answer is waited for some seconds.
 *
 * @param socket NOTIFY_SOCKET: a path, or a name in the abstract namespace with `@`
 * @throws SyscallError when nobody listens there
 */
export async function tellSystemd(socket: string, lines: readonly string[]): Promise<void> {
  const manager = connect(socket);
  try {
    const text = Buffer.from(lines.join("\n"));
    run([step("tell the service manager", [call("sendto", manager, text, text.length, MSG.NOSIGNAL, null, 0)])]);
    await barrier(manager);
  } finally {
    closeFd(manager);
  }
}

function connect(socket: string): number {
  const name = socket.startsWith("@") ? `\0${socket.slice(1)}` : `${socket}\0`;
  const bytes = Buffer.concat([Buffer.from(Uint16Array.of(AF.UNIX).buffer), Buffer.from(name)]);
  const made = run([step("make a socket", [into("socket", call("socket", AF.UNIX, SOCK.DGRAM | SOCK.CLOEXEC, 0))])]);
  const fd = made.number("socket");
  try {
    run([step(`connect to the service manager at ${socket}`, [call("connect", fd, bytes, bytes.length)])]);
    return fd;
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}

/** It closes the pipe that it is sent when it has come to it. */
async function barrier(manager: number): Promise<void> {
  const made = run([
    step("make a pipe", [
      memory("ends", 8),
      call("pipe2", address("ends"), O.CLOEXEC | O.NONBLOCK),
      { assign: address("reader"), to: value("ends", 0, 0xffff_ffffn) },
      { assign: address("writer"), to: value("ends", 4, 0xffff_ffffn) },
    ]),
  ]);
  const [reader, writer] = [made.number("reader"), made.number("writer")];
  try {
    try {
      sendFds(manager, Buffer.from("BARRIER=1"), [writer]);
    } finally {
      closeFd(writer);
    }
    for (let waited = 0; isOpen(reader) && waited < PATIENCE_MS; waited += PAUSE_MS) await setTimeout(PAUSE_MS);
  } finally {
    closeFd(reader);
  }
}

function isOpen(reader: number): boolean {
  const made = run([
    step("look whether the pipe is still open", [
      memory("byte", 8),
      into("read", ignoring(call("read", reader, address("byte"), 1), "EAGAIN")),
    ]),
  ]);
  return made.number("read") !== 0;
}

const PAUSE_MS = 20;

/** libsystemd's own callers wait as long: 5 seconds. */
const PATIENCE_MS = 5000;
