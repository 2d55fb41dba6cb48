import { call, closeFd, O, run, sendFds, step, type Winsize } from "@wb/syscall";
import type { CompleteSpec } from "../../oci/complete-spec.ts";
import { terminalOwner } from "../terminal-owner.ts";
import { openTerminal } from "../terminal.ts";

/** What a process inherits of a terminal. */
export interface ConsoleEnds {
  /** By the cells of its Program. */
  readonly inputs: Readonly<Record<string, number>>;
  readonly stdio: readonly [number, number, number];
}

/**
 * Makes the terminal of a container whose configuration asks for one, and sends its master to a Unix socket, as `runc create`
 * does: the caller of the runtime is who reads and writes it.
 *
 * @throws SyscallError when nobody listens there
 */
export function openConsole(spec: CompleteSpec, socket: string | undefined): (ConsoleEnds & Disposable) | undefined {
  const { terminal = false, consoleSize } = spec.process;
  if (!terminal || socket === undefined) return undefined;
  const { master, inputs, stdio } = openTerminal({ size: windowSize(consoleSize), owner: terminalOwner(spec) });
  const close = (): void => Object.values(inputs).forEach(closeFd);
  try {
    sendMaster(socket, master);
  } catch (error) {
    close();
    throw error;
  }
  return { inputs, stdio, [Symbol.dispose]: close };
}

/**
 * With a name, as runc sends it, and in blocking mode, which receivers count on: it belongs to the open file, of which they
 * have a copy. This process keeps no end of it.
 */
export function sendMaster(socket: string, master: number): void {
  try {
    run([step("have the terminal's master block", [call("fcntl", master, F_SETFL, O.RDWR)])]);
    sendFds(socket, Buffer.from("/dev/ptmx"), [master]);
  } finally {
    closeFd(master);
  }
}

export function windowSize(size: { readonly height: number; readonly width: number } | undefined): Winsize {
  return { ws_row: size?.height ?? 0, ws_col: size?.width ?? 0, ws_xpixel: 0, ws_ypixel: 0 };
}

/** fcntl(2) */
const F_SETFL = 4;
