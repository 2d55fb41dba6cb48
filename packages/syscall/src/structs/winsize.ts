import { type Struct, struct, u16 } from "../struct.ts";

/** `struct winsize`, TIOCSWINSZ of ioctl_tty(2), asm-generic/termios.h. */
export interface Winsize {
  readonly ws_row: number;
  readonly ws_col: number;
  readonly ws_xpixel: number;
  readonly ws_ypixel: number;
}

export const winsize: Struct<Winsize> = struct<Winsize>("winsize", {
  ws_row: u16,
  ws_col: u16,
  ws_xpixel: u16,
  ws_ypixel: u16,
});
