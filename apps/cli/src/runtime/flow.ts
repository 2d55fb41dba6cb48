import { isErrno } from "@wb/syscall";
import type { Sink, Source } from "./stdio-ends.ts";

/**
 * What a flow does next, once it can: `no source` and `no sink` mean that the other side is gone, `detached` that nothing more is to be
 * passed on.
 */
export type FlowState = "reads" | "writes" | "goes on" | "no source" | "no sink" | "detached";

/** What of typed bytes is passed on, and whether the keys came by which one detaches. */
export interface Typed {
  readonly bytes: Buffer;
  readonly isDetached: boolean;
}

export type TypedFilter = (bytes: Buffer) => Typed;

/** It has room for more. */
export const READS: ReadonlySet<FlowState> = new Set(["reads", "goes on"]);

/** So much at a time, so that a flow without an end does not keep this thread from signals and the other flow. */
const MOST_CHUNKS = 16;
const CHUNK = 65_536;

/** Moves bytes from a non-blocking file descriptor, if it may be read now, to a sink, as far as it goes without waiting. */
export function flow(
  source: Pick<Source, "read">,
  sink: Pick<Sink, "write">,
  filter: TypedFilter = (bytes) => ({ bytes, isDetached: false }),
): (mayRead: boolean) => FlowState {
  const buffer = Buffer.allocUnsafeSlow(CHUNK);
  let held: Buffer = buffer.subarray(0, 0);
  let isDetached = false;
  return (mayRead) => {
    for (let chunk = 0; chunk < MOST_CHUNKS; chunk += 1) {
      if (held.length === 0) {
        if (isDetached) return "detached";
        if (!mayRead) return "reads";
        const read = unlessGone(() => source.read(buffer));
        if (read === "again") return "reads";
        if (read === "gone" || read === 0) return "no source";
        ({ bytes: held, isDetached } = filter(buffer.subarray(0, read)));
      }
      while (held.length > 0) {
        const written = unlessGone(() => sink.write(held));
        if (written === "again") return "writes";
        if (written === "gone") return "no sink";
        held = held.subarray(written);
      }
    }
    return "goes on";
  };
}

/** EIO is what a terminal says whose other side is gone, EPIPE a pipe, ECONNRESET a socket. */
function unlessGone(move: () => number): number | "again" | "gone" {
  try {
    return move();
  } catch (error) {
    if (isErrno(error, "EAGAIN", "EINTR")) return "again";
    if (isErrno(error, "EIO", "EPIPE", "ECONNRESET")) return "gone";
    throw error;
  }
}
