import { address, call, ignoring, into, memory, run, step, TC, TIOC, value, type Winsize, winsize } from "@wb/syscall";

/** isatty(3), without what `node:tty` takes to load. */
export function isTerminal(fd: number): boolean {
  const asked = run([
    step("is it a terminal?", [
      memory("termios", 64),
      into("asked", ignoring(call("ioctl", fd, TC.GETS, address("termios")))),
    ]),
  ]);
  return asked.number("asked") === 0;
}

/**
 * What a terminal has whose size nobody knows: that of the terminfo entry `xterm`, which TERM names. The kernel's 0 by 0
 * means the same to programs that look there, and divides by zero in the others.
 */
const DEFAULT_SIZE: Winsize = { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };

/** The size of the caller's terminal: where output goes, or else where input comes from. */
export function callerWindowSize(): Winsize {
  return [1, 0, 2].map(sizeOf).find(({ ws_row, ws_col }) => ws_row > 0 && ws_col > 0) ?? DEFAULT_SIZE;
}

/** 0 by 0 for what is no terminal. */
function sizeOf(fd: number): Winsize {
  const asked = run([
    step("read the terminal's size", [
      memory("winsize", winsize.size),
      ignoring(call("ioctl", fd, TIOC.GWINSZ, address("winsize"))),
    ]),
  ]);
  return winsize.decode(asked.bytes("winsize", winsize.size));
}

/** Whether this process may set the terminal without being stopped (SIGTTOU): its group is the foreground one, or it is no job there. */
export function isInForeground(tty: number): boolean {
  const asked = run([
    step("who is in the foreground?", [
      memory("foreground", 8),
      into("asked", ignoring(call("ioctl", tty, TIOC.GPGRP, address("foreground")))),
      into("own", call("getpgid", 0)),
      { assign: address("foreground"), to: value("foreground", 0, 0xffff_ffffn) },
    ]),
  ]);
  return asked.number("asked") < 0 || asked.number("foreground") === asked.number("own");
}
