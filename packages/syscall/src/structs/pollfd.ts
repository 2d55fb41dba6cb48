import { s16, s32, type Struct, struct } from "../struct.ts";
import { POLL } from "../uapi/poll.ts";

/** `struct pollfd`, poll(2), asm-generic/poll.h. */
export interface Pollfd {
  /** Negative: passed over. */
  readonly fd: number;
  readonly events: number;
  readonly revents: number;
}

export const pollfd: Struct<Pollfd> = struct<Pollfd>(
  "pollfd",
  { fd: s32, events: s16, revents: s16 },
  { fd: "fd", events: { flags: POLL, prefix: "POLL" }, revents: { flags: POLL, prefix: "POLL" } },
);
