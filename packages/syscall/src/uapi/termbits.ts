/** Flags of how a terminal's input is processed, termios(3), asm-generic/termbits-common.h and asm-generic/termbits.h. */
export const C_IFLAG = {
  IGNBRK: 0x001,
  BRKINT: 0x002,
  PARMRK: 0x008,
  ISTRIP: 0x020,
  INLCR: 0x040,
  IGNCR: 0x080,
  ICRNL: 0x100,
  IXON: 0x400,
} as const;

/** Flags of how a terminal's output is processed, termios(3), asm-generic/termbits-common.h and asm-generic/termbits.h. */
export const C_OFLAG = {
  OPOST: 0x01,
  ONLCR: 0x04,
} as const;

/** Flags of the line, termios(3), asm-generic/termbits.h; CS8 is all bits of CSIZE. */
export const C_CFLAG = {
  CS8: 0x030,
  PARENB: 0x100,
} as const;

/** Flags of what a terminal does with what is typed, termios(3), asm-generic/termbits.h. */
export const C_LFLAG = {
  ISIG: 0x0001,
  ICANON: 0x0002,
  ECHO: 0x0008,
  ECHONL: 0x0040,
  IEXTEN: 0x8000,
} as const;
