import { writeSync } from "node:fs";
import { closeFd, run, type Winsize } from "@wb/syscall";
import { callerWindowSize, isTerminal } from "../../runtime/caller-terminal.ts";
import { openEvent, signalEvent } from "../../runtime/event.ts";
import { followStops } from "../../runtime/follow-stops.ts";
import { enterRawMode } from "../../runtime/raw-mode.ts";
import { type Sink, sinkOf, sourceOf } from "../../runtime/stdio-ends.ts";
import type { ExitRecord } from "../../runtime/supervisor/exit-record.ts";
import { takeInput } from "../../runtime/supervisor/held-input.ts";
import { resizeStep } from "../../runtime/terminal.ts";
import { writeWhole } from "../../runtime/write-whole.ts";
import { infoOf } from "../containers/container-info.ts";
import { type ContainerPlaces, placesOf } from "../containers/container-places.ts";
import { closeInput } from "./close-input.ts";
import { escapeFilter } from "./escape-filter.ts";
import { type ExitWatch, watchExit } from "./exit-watch.ts";
import { type FollowedOutput, followOutput } from "./follow-output.ts";
import { passInput } from "./pass-input.ts";
import { proxySignals } from "./proxy-signals.ts";
import { sendSignal } from "./send-signal.ts";

export interface AttachOptions {
  readonly id: string;
  /** The container has a terminal. */
  readonly tty: boolean;
  /** What of this process's streams is connected with the container's. */
  readonly streams: Readonly<Record<"stdin" | "stdout" | "stderr", boolean>>;
  /** What of its output is shown: all, or what comes next. */
  readonly from: "beginning" | "end";
  /** The container's stdin ends with this one's. */
  readonly endsInput: boolean;
  /** Signals are passed on, where it has no terminal. */
  readonly sigProxy: boolean;
  /** What is typed to detach from its terminal. */
  readonly detachKeys: Buffer;
  readonly warn: (message: string) => void;
}

/** How it ended, where anybody knows, or that it goes on by itself. */
export type Attached = { readonly exit: ExitRecord | undefined } | "detached";

/**
 * This process's streams, connected with a container's: its output is read from its log, for its supervisor alone reads it, and what is
 * typed is written to its terminal or its stdin. Disposing of it sets the caller's terminal as it was; the container goes on.
 */
export class Attachment implements Disposable {
  readonly #options: AttachOptions;
  readonly #places: ContainerPlaces;
  readonly #undo = new DisposableStack();
  readonly #stop: number;
  readonly #output: FollowedOutput;
  #master: number | undefined;
  /** Its copies of the container's input: as long as there is one, that does not end. */
  readonly #copies = new DisposableStack();
  #input: { readonly fd: number; readonly write: Sink["write"] } | undefined;
  #exit: ExitWatch | undefined;
  readonly #signals: ReturnType<typeof proxySignals> | undefined;

  /** Before the container is started, or while it runs: from here on nothing of its output is missed. */
  constructor(options: AttachOptions) {
    this.#options = options;
    const { id, tty, streams, from, sigProxy, warn } = options;
    this.#places = placesOf(id);
    this.#undo.use(this.#copies);
    try {
      this.#stop = this.#undo.adopt(openEvent(), closeFd);
      this.#signals = sigProxy && !tty ? this.#undo.use(proxySignals()) : undefined;
      // Before anything is made: in the background this stops wb until it is in the foreground.
      const rawMode = tty && streams.stdin && isTerminal(0) ? this.#undo.use(enterRawMode(0)) : undefined;
      if (rawMode !== undefined) this.#undo.defer(followStops(rawMode, () => this.#resize()));
      this.#output = this.#undo.use(
        followOutput(this.#places.entry, from, () => warn("some of the output was rotated away before it was read")),
      );
    } catch (error) {
      this.#undo.dispose();
      throw error;
    }
  }

  /** The size that the container's terminal is to have. */
  get size(): Winsize | undefined {
    return this.#options.tty ? callerWindowSize() : undefined;
  }

  /** To be called once the container is there. */
  begin(): void {
    const { id, tty, streams } = this.#options;
    const { supervised, runtime } = this.#places;
    this.#exit = this.#undo.use(
      watchExit(supervised, () => {
        const state = infoOf(id, "")?.state;
        return state !== "running" && state !== "paused" && state !== "created";
      }),
    );
    const input = tty || streams.stdin ? takeInput(supervised) : undefined;
    if (input !== undefined) this.#connect(input);
    if (tty && isTerminal(1)) {
      const resize = (): void => this.#resize();
      process.on("SIGWINCH", resize);
      this.#undo.defer(() => process.off("SIGWINCH", resize));
    }
    this.#signals?.to((signal) => sendSignal(runtime, id, signal));
  }

  /** Has a program that shows a prompt or a screen show it again, as docker does: its terminal has another size for a moment. */
  redraw(): void {
    const size = callerWindowSize();
    if (this.#master === undefined || !isTerminal(1)) return;
    run([resizeStep(this.#master, { ...size, ws_row: size.ws_row + 1, ws_col: size.ws_col + 1 })]);
    this.#resize();
  }

  /** Passes on until the container has ended, and all that it wrote is out, or until the caller detaches from it. */
  async follow(): Promise<Attached> {
    const exit = this.#exit;
    if (exit === undefined) throw new Error("the attachment has not begun");
    const over = new AbortController();
    let isDetached = false;
    const pass = async (): Promise<void> => {
      isDetached = (await this.#passInput()) === "detached";
      if (isDetached) over.abort();
    };
    const waitForEnd = async (): Promise<ExitRecord | undefined> => {
      const record = await exit.ended();
      over.abort();
      return record;
    };
    const [input, ended] = [pass(), waitForEnd()];
    const failure = Promise.race([input, ended]).then(() => new Promise<never>(() => undefined));
    await Promise.race([this.#show(over.signal, () => isDetached), failure]);
    signalEvent(this.#stop);
    await input;
    return isDetached ? "detached" : { exit: await ended };
  }

  [Symbol.dispose](): void {
    this.#undo.dispose();
  }

  async #show(over: AbortSignal, isDetached: () => boolean): Promise<void> {
    const { stdout, stderr } = this.#options.streams;
    using sinks = new DisposableStack();
    const sinkFor = { 1: stdout ? sinks.use(sinkOf(1)) : undefined, 2: stderr ? sinks.use(sinkOf(2)) : undefined };
    for await (const records of this.#output.records(over)) {
      if (isDetached()) return;
      for (const { stream, data } of records) {
        const sink = stream === 1 || stream === 2 ? sinkFor[stream] : undefined;
        if (sink !== undefined) await writeWhole(sink, data);
      }
    }
  }

  async #passInput(): Promise<string> {
    const { tty, streams, endsInput, detachKeys } = this.#options;
    if (!streams.stdin || this.#input === undefined) return "none";
    using from = sourceOf(0);
    const filter = tty ? escapeFilter(detachKeys) : undefined;
    const result = await passInput({ from, to: this.#input, filter, stop: this.#stop });
    if (result === "ended" && endsInput && !tty) {
      this.#copies.dispose();
      closeInput(this.#places.supervised);
    }
    return result;
  }

  #connect({ kind, fd }: NonNullable<ReturnType<typeof takeInput>>): void {
    this.#copies.adopt(fd, closeFd);
    if (kind === "terminal") {
      this.#master = fd;
      this.#input = { fd, write: (bytes) => writeSync(fd, bytes) };
    } else this.#input = this.#copies.use(sinkOf(fd));
  }

  #resize(): void {
    if (this.#master !== undefined) run([resizeStep(this.#master, callerWindowSize())]);
  }
}
