import { ReadStream } from "node:tty";
import { guardTerminal } from "./terminal-guard.ts";
import type { Terminal, TerminalSize } from "./terminal.ts";

/** The size of the caller's terminal; what a terminal has by default where there is none. */
export function callerSize(): TerminalSize {
  const { rows = 24, columns = 80 } = process.stdout.isTTY ? process.stdout : {};
  return { rows, columns };
}

export interface SessionOptions {
  /** Pass on what is typed. */
  readonly interactive: boolean;
}

/**
 * Connects the caller's terminal with a container's: what is typed goes in unprocessed (Ctrl-C and Ctrl-Z are the
 * container's), what is written comes out, and a new size is passed on. Disposing of it sets the caller's terminal as it was.
 */
export class TerminalSession implements AsyncDisposable {
  readonly #master: ReadStream;
  readonly #ended: Promise<void>;
  readonly #undo: (() => void)[] = [];

  constructor(terminal: Terminal, { interactive }: SessionOptions) {
    const master = new ReadStream(terminal.master);
    this.#master = master;
    this.#ended = new Promise((resolve) => {
      // The last process of the container has closed its end: EIO, tty_ioctl(4).
      master
        .on("error", () => resolve())
        .on("end", () => resolve())
        .on("close", () => resolve());
    });
    master.on("data", (chunk: Buffer) => {
      if (!process.stdout.write(chunk)) {
        master.pause();
        process.stdout.once("drain", () => master.resume());
      }
    });
    if (interactive) this.#passInput(master);
    this.#passSize(terminal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // What the container wrote last is still on its way.
    await this.#ended;
    this.#master.destroy();
    for (const undo of this.#undo.toReversed()) undo();
    process.stdin.pause();
  }

  #passInput(master: ReadStream): void {
    const { stdin } = process;
    if (stdin.isTTY) {
      const guard = guardTerminal(stdin.fd);
      stdin.setRawMode(true);
      this.#undo.push(
        () => guard[Symbol.dispose](),
        () => stdin.setRawMode(false),
      );
    }
    const pass = (chunk: Buffer): void => void master.write(chunk);
    stdin.on("data", pass);
    this.#undo.push(() => stdin.off("data", pass));
  }

  #passSize(terminal: Terminal): void {
    if (!process.stdout.isTTY) return;
    const resize = (): void => terminal.resize(callerSize());
    process.stdout.on("resize", resize);
    this.#undo.push(() => process.stdout.off("resize", resize));
  }
}
