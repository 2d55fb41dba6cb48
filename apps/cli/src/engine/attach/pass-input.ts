import { POLL } from "@wb/syscall";
import { flow, READS, type TypedFilter } from "../../runtime/flow.ts";
import { poll } from "../../runtime/poll.ts";
import type { Sink, Source } from "../../runtime/stdio-ends.ts";

export interface PassedInput {
  readonly from: Source;
  readonly to: Pick<Sink, "fd" | "write">;
  readonly filter: TypedFilter | undefined;
  /** Can be read as soon as this is to stop: eventfd(2). */
  readonly stop: number;
}

/**
 * Passes on what comes in, until there is no more of it, or nobody takes it any more, or the keys come by which one detaches. Nothing but
 * a thread of libuv's pool waits.
 */
export async function passInput({
  from,
  to,
  filter,
  stop,
}: PassedInput): Promise<"ended" | "refused" | "detached" | "stopped"> {
  const inward = flow(from, to, filter);
  let mayRead = false;
  for (;;) {
    const state = inward(mayRead);
    if (state === "detached") return state;
    if (state === "no source") return "ended";
    if (state === "no sink") return "refused";
    const [isStopped, input] = await poll(
      [
        { fd: stop, events: POLL.IN },
        { fd: READS.has(state) ? from.fd : -1, events: POLL.IN },
        { fd: state === "writes" ? to.fd : -1, events: POLL.OUT },
      ],
      null,
    );
    if (isStopped !== 0) return "stopped";
    // A read without something to read would stop a wb that is in the background (SIGTTIN).
    mayRead = input !== 0;
  }
}
