import { POLL, timespec } from "@wb/syscall";
import { flow, READS, type TypedFilter } from "./flow.ts";
import { poll } from "./poll.ts";
import { readerOf, type Sink } from "./stdio-ends.ts";

export interface Relay {
  /** What the container writes is read from here, and what is typed is written. */
  readonly master: Pick<Sink, "fd" | "write">;
  readonly output: Sink;
  /** A terminal, or undefined when nothing is passed in. */
  readonly input: number | undefined;
  /** Looks at what is typed for the keys by which one detaches. */
  readonly filter?: TypedFilter | undefined;
  /** The input is no terminal: its end is not that of whoever reads the output. Default false. */
  readonly inputMayEnd?: boolean;
  /** Can be read as soon as the container has ended. */
  readonly ended: number;
  /** Can be read as soon as the relay is to stop. */
  readonly stop: number;
}

/**
 * Passes on what the container writes, and what is typed, until the container has ended and all of its output is out, or
 * until there is nobody any more to pass it on to: the reader of the output, or the caller's terminal, is gone.
 *
 * No thread but one of libuv's pool ever waits, in ppoll(2). That one process keeps the container's end open is what makes
 * an end of the output: the master never says EIO meanwhile (unless a vhangup(2) in the container), and after the last
 * process has ended a read that finds nothing has found all.
 */
export async function relay({
  master,
  output,
  input,
  filter,
  inputMayEnd = false,
  ended,
  stop,
}: Relay): Promise<"ended" | "hung up" | "stopped" | "detached"> {
  const outward = flow(readerOf(master.fd), output);
  let inward = input === undefined ? undefined : flow(readerOf(input), master, filter);
  let turnsAfterEnd: number | undefined;
  let canType = false;
  for (;;) {
    const out = outward(true);
    const typed = turnsAfterEnd === undefined ? inward?.(canType) : undefined;
    if (out === "no sink" || (typed === "no source" && !inputMayEnd)) return "hung up";
    if (typed === "detached") return typed;
    if (typed === "no source") inward = undefined;
    if (turnsAfterEnd !== undefined) {
      if (out === "reads" || out === "no source" || turnsAfterEnd > MOST_TURNS_AFTER_END) return "ended";
      if (out === "goes on") turnsAfterEnd += 1;
    }
    const masterEvents = eventsIf(READS.has(out), POLL.IN) | eventsIf(typed === "writes", POLL.OUT);
    const outputEvents = eventsIf(out === "writes", POLL.OUT);
    const [hasEnded, isStopped, , inputEvents, outEvents] = await poll(
      [
        { fd: turnsAfterEnd === undefined ? ended : -1, events: POLL.IN },
        { fd: stop, events: POLL.IN },
        { fd: masterEvents === 0 ? -1 : master.fd, events: masterEvents },
        {
          fd: inward === undefined ? -1 : (input ?? -1),
          events: eventsIf(typed !== undefined && READS.has(typed), POLL.IN),
        },
        // A terminal that is hung up says so also to who waits for nothing.
        { fd: output.isTerminal || outputEvents !== 0 ? output.fd : -1, events: outputEvents },
      ],
      out === "no source" ? RETRY : null,
    );
    if (isStopped !== 0) return "stopped";
    if ((isHungUp(inputEvents) && !inputMayEnd) || (output.isTerminal && isHungUp(outEvents))) return "hung up";
    // A read without something to read would stop a wb that is in the background (SIGTTIN).
    canType = inputEvents !== undefined && inputEvents !== 0;
    if (hasEnded !== 0 && turnsAfterEnd === undefined) turnsAfterEnd = 0;
  }
}

/** A terminal holds a few KiB: more than this comes from a process outside of the container that was handed one of its ends. */
const MOST_TURNS_AFTER_END = 4;

/** When to look again at a terminal that a process in the container has hung up, and may open again: agetty(8) does. */
const RETRY = timespec.encode({ tv_nsec: 100_000_000 });

function eventsIf(wanted: boolean, events: number): number {
  return wanted ? events : 0;
}

function isHungUp(events: number | undefined): boolean {
  return events !== undefined && (events & POLL.HUP) !== 0;
}
