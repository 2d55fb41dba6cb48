import type { Readable, Writable } from "node:stream";
import { call, closeFd, ignoring, into, run, SIG, step, waitFor } from "@wb/syscall";

/** How a command ended, as Node's `exit` event says it: one of the two is null. */
export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The name of a signal, as kill(2) callers write it. */
export type SignalName = `SIG${keyof typeof SIG}`;

/** A running command. Disposing of it kills it and waits. */
export class NsProcess {
  /** As this process sees it; in its own pid namespace it may be 1. */
  readonly pid: number;
  /** Refers to the process, pidfd_open(2), until it has been waited for; then it is closed. */
  readonly pidfd: number;
  /** The streams of `stdio: "pipe"`; null otherwise. */
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  #exited: Promise<ExitStatus> | undefined;
  #status: ExitStatus | undefined;

  constructor({
    pid,
    pidfd,
    streams,
    reap = true,
  }: {
    pid: number;
    pidfd: number;
    streams: readonly [Writable | null, Readable | null, Readable | null];
    /** As in the options of spawn. */
    reap?: boolean;
  }) {
    this.pid = pid;
    this.pidfd = pidfd;
    [this.stdin, this.stdout, this.stderr] = streams;
    if (reap) this.#exited = this.#reap();
  }

  /** Waits for the command to end. May be called often, and after it ended. */
  wait(): Promise<ExitStatus> {
    return (this.#exited ??= this.#reap());
  }

  /**
   * Sends a signal, pidfd_send_signal(2): never to another process that got the same pid.
   *
   * @returns false when the command has ended
   */
  kill(signal: SignalName | number = "SIGTERM"): boolean {
    if (this.#status !== undefined) return false;
    const number = typeof signal === "number" ? signal : SIG[signal.slice(3) as keyof typeof SIG];
    const sent = run([
      step(`send ${signal}`, [into("sent", ignoring(call("pidfd_send_signal", this.pidfd, number, null, 0), "ESRCH"))]),
    ]);
    return sent.number("sent") === 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGKILL");
    await this.wait();
    for (const stream of [this.stdin, this.stdout, this.stderr]) stream?.destroy();
  }

  async #reap(): Promise<ExitStatus> {
    const { code, signal } = await waitFor(this.pidfd);
    this.#status = { code, signal: signal === null ? null : signalName(signal) };
    closeFd(this.pidfd);
    return this.#status;
  }
}

function signalName(number: number): NodeJS.Signals {
  const found = Object.entries(SIG).find(([, value]) => value === number);
  return (found === undefined ? `SIGRT${number - 34}` : `SIG${found[0]}`) as NodeJS.Signals;
}
