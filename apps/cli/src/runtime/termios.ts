import {
  address,
  type Address,
  C_CFLAG,
  C_IFLAG,
  C_LFLAG,
  C_OFLAG,
  call,
  memory,
  type Program,
  type Step,
  step,
  TC,
  value,
} from "@wb/syscall";

/** `struct termios` of the kernel, asm-generic/termbits.h: four words of flags, c_line, and c_cc of 19 bytes. */
export const TERMIOS_SIZE = 36;

/** A terminal's settings, each a `struct termios`: as they were, and as raw mode has them. */
export interface Settings {
  readonly saved: Buffer;
  readonly raw: Buffer;
}

/**
 * The Steps that read a terminal's settings into the cell `saved`, and make those of cfmakeraw(3) of them in the cell `raw`:
 * output is not processed either (OPOST), since the container's terminal has done that.
 */
export function rawModeSteps(tty: number): Program {
  const { IGNBRK, BRKINT, PARMRK, ISTRIP, INLCR, IGNCR, ICRNL, IXON } = C_IFLAG;
  const { ECHO, ECHONL, ICANON, ISIG, IEXTEN } = C_LFLAG;
  const input = IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON;
  const local = ECHO | ECHONL | ICANON | ISIG | IEXTEN;
  return [
    step("read the terminal's settings", [
      // Cells are read and written by 8 bytes.
      memory("saved", TERMIOS_SIZE + 4),
      memory("raw", TERMIOS_SIZE + 4),
      call("ioctl", tty, TC.GETS, address("saved")),
      call("ioctl", tty, TC.GETS, address("raw")),
    ]),
    step("make those of raw mode of them", [
      { assign: address("raw"), to: value("raw", 0, ~words(input, C_OFLAG.OPOST)) },
      {
        assign: address("raw", 8),
        to: value("raw", 8, ~words(C_CFLAG.CS8 | C_CFLAG.PARENB, local)),
        plus: C_CFLAG.CS8,
      },
      // A read waits for one byte (VMIN), for as long as it takes (VTIME).
      { assign: address("raw", C_CC), to: value("raw", C_CC, 0xffff_ffff_ffffn), plus: 1n << 56n },
    ]),
  ];
}

/** The Step that sets a terminal, once what has been written to it is out. */
export function setTerminalStep(
  label: string,
  { tty, termios, shell }: { readonly tty: number; readonly termios: Uint8Array | Address; readonly shell?: string },
): Step {
  return step(label, [call("ioctl", tty, TC.SETSW, termios)], shell);
}

/** The Steps by which a terminal no longer writes "\\r\\n" for "\\n" (ONLCR), as runc sets those of its containers. */
export function plainLineEnds(tty: number): Program {
  const set = { tty, termios: address("plain"), shell: "stty -onlcr" };
  return [
    step("read the terminal's settings", [
      memory("plain", TERMIOS_SIZE + 4),
      call("ioctl", tty, TC.GETS, address("plain")),
      { assign: address("plain"), to: value("plain", 0, ~words(0, C_OFLAG.ONLCR)) },
    ]),
    setTerminalStep("let line ends stay as they are", set),
  ];
}

/** The Steps of raw mode as a whole, as `wb explain` prints them. */
export function explainedRawMode(tty: number): Program {
  const set = { tty, termios: address("raw"), shell: "stty raw -echo" };
  return [...rawModeSteps(tty), setTerminalStep(RAW_MODE, set)];
}

export const RAW_MODE = "put the terminal into raw mode";

/** c_line and the first 7 bytes of c_cc, whose last two are VTIME and VMIN. */
const C_CC = 16;

function words(low: number, high: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}
