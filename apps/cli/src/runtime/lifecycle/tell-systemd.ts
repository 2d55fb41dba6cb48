import { setTimeout } from "node:timers/promises";
import {
  address,
  call,
  closeFd,
  connectUnix,
  ignoring,
  into,
  makePipe,
  memory,
  MSG,
  O,
  run,
  sendFds,
  SOCK,
  step,
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
  const abstract = socket.startsWith("@");
  return connectUnix(abstract ? socket.slice(1) : socket, { type: SOCK.DGRAM, abstract });
}

/** It closes the pipe that it is sent when it has come to it. */
async function barrier(manager: number): Promise<void> {
  const [reader, writer] = makePipe(O.NONBLOCK);
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
