import { writeSync } from "node:fs";
import type { NsProcess } from "@wb/ns";
import { closeFd, run, type Winsize } from "@wb/syscall";
import { callerWindowSize, isTerminal } from "./caller-terminal.ts";
import { openEvent, signalEvent } from "./event.ts";
import type { TypedFilter } from "./flow.ts";
import { followStops } from "./follow-stops.ts";
import { enterRawMode } from "./raw-mode.ts";
import { relay } from "./relay.ts";
import { openInput, sinkOf } from "./stdio-ends.ts";
import { guardInput } from "./supervisor/input-guard.ts";
import { type OpenedTerminal, resizeStep } from "./terminal.ts";
import { plainLineEnds } from "./termios.ts";

export interface SessionOptions {
  /** Pass on what is typed at stdin, a terminal. */
  readonly interactive: boolean;
  /** Makes the container's terminal. All but the master is in `inputs`. */
  readonly open: (size: Winsize) => OpenedTerminal;
  /** Looks at what is typed for the keys by which one detaches. Default: there are none. */
  readonly filter?: TypedFilter | undefined;
  /** Leave "\\n" in the output as it is: nobody processes it further. Default false. */
  readonly plainLineEnds?: boolean;
}

/** How long programs may take to end when their terminal is gone: an editor saves what it has. In ms. */
const HANGUP_GRACE = 3000;

/**
 * A container's terminal, connected with the caller's: what is typed goes in unprocessed (Ctrl-C and Ctrl-Z are the
 * container's), what is written comes out, and a new size is passed on. Disposing of it sets the caller's terminal as it
 * was, and hangs up the container's.
 */
export class TerminalSession implements AsyncDisposable {
  /** What the container's process inherits, by the cells of its Program. */
  readonly inputs: Readonly<Record<string, number>>;
  /** The command's stdin, stdout and stderr. */
  readonly stdio: readonly [number, number, number];
  readonly #undo: (() => void)[] = [];
  readonly #input: number | undefined;
  readonly #filter: TypedFilter | undefined;
  readonly #stop: number;
  #master: number | undefined;
  #relayed: Promise<unknown> = Promise.resolve();

  /** @throws SyscallError; the caller's terminal is as it was then */
  constructor({ interactive, open, filter, plainLineEnds: plain = false }: SessionOptions) {
    this.#filter = filter;
    try {
      this.#stop = this.#keep(openEvent());
      // Before the container is made: in the background this stops wb until it is in the foreground.
      const rawMode = interactive && isTerminal(0) ? enterRawMode(0) : undefined;
      if (rawMode !== undefined) {
        this.#undo.push(() => rawMode[Symbol.dispose]());
        this.#undo.push(followStops(rawMode, () => this.#resize()));
      }
      this.#input = interactive ? this.#keep(openInput(0)) : undefined;
      // A size that is new from here on comes after the one that the terminal begins with.
      this.#on("SIGWINCH", () => this.#resize());
      const { master, inputs, stdio } = open(callerWindowSize());
      for (const fd of Object.values(inputs)) this.#keep(fd);
      this.#master = master;
      this.#undo.push(() => this.#hangUp());
      if (plain) run(plainLineEnds(stdio[0]));
      this.inputs = inputs;
      this.stdio = stdio;
    } catch (error) {
      this.#undoAll();
      throw error;
    }
  }

  /**
   * Passes on until the container has ended and all its output is out, or until there is nobody to pass it on to: the
   * container's terminal is hung up then, and what does not end by that is killed after a while.
   *
   * @returns whether the caller has detached: the container's terminal is left with a process that reads it, until that has ended
   */
  async connect(container: Pick<NsProcess, "wait" | "pidfd">, killAll: () => void): Promise<boolean> {
    if (this.#master === undefined) return false;
    const output = sinkOf(1);
    this.#undo.push(() => output[Symbol.dispose]());
    const ended = this.#keep(openEvent());
    let isOpen = true;
    this.#undo.push(() => (isOpen = false));
    void container.wait().then(() => isOpen && signalEvent(ended));
    const master = this.#master;
    const relayed = relay({
      master: { fd: master, write: (bytes) => writeSync(master, bytes) },
      output,
      input: this.#input,
      filter: this.#filter,
      inputMayEnd: !isTerminal(0),
      ended,
      stop: this.#stop,
    });
    this.#relayed = relayed.catch(() => undefined);
    const outcome = await relayed;
    if (outcome === "detached") guardInput({ pidfd: container.pidfd, fd: master, drain: true });
    if (outcome !== "hung up") return outcome === "detached";
    this.#hangUp();
    const patience = setTimeout(killAll, HANGUP_GRACE);
    this.#undo.push(() => clearTimeout(patience));
    return false;
  }

  /** Passes nothing on any more: the output of a container that was killed may have a reader that does not read. */
  abandon(): void {
    signalEvent(this.#stop);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.abandon();
    await this.#relayed;
    this.#undoAll();
  }

  #resize(): void {
    if (this.#master !== undefined) run([resizeStep(this.#master, callerWindowSize())]);
  }

  /** The kernel sends SIGHUP to the container's session, and whoever reads from its terminal finds an end. */
  #hangUp(): void {
    if (this.#master !== undefined) closeFd(this.#master);
    this.#master = undefined;
  }

  #on(name: NodeJS.Signals, handler: () => void): void {
    process.on(name, handler);
    this.#undo.push(() => process.off(name, handler));
  }

  /** A file descriptor that is closed in the end. */
  #keep(fd: number): number {
    this.#undo.push(() => closeFd(fd));
    return fd;
  }

  #undoAll(): void {
    for (const undo of this.#undo.splice(0).toReversed()) undo();
  }
}
