import {
  type Child,
  call,
  closeFd,
  ignoring,
  into,
  isErrno,
  type Message,
  type MessageName,
  P,
  run,
  SetupError,
  SIG,
  step,
  tryWait,
  W,
} from "@wb/syscall";
import type { Handover } from "./handover.ts";

/** A process, and the file descriptor that refers to it. */
export interface Followed {
  readonly pid: number;
  readonly pidfd: number;
}

export interface FollowingOptions {
  /** Waits in this thread. */
  readonly blocking: boolean;
  /** Of a process of two stages. */
  readonly handover: Handover | undefined;
  /** What its parent does for the process when it tells something, before it goes on. */
  readonly on: Handlers;
  /** The message after which it is left to itself. Default: it is followed to its command. */
  readonly until?: MessageName;
}

/** What is done for a process when it tells something, and may need the value that it tells. */
export type Handlers = Readonly<
  Partial<Record<MessageName, (process: Followed, value: number) => void | Promise<void>>>
>;

/** A process on its way to its command: the one that was made, or the second stage that took over. */
export class Following {
  #process: Followed;
  #isSuccessor = false;
  #supervisor: Followed | undefined;
  /** The process that the supervisor made. */
  #first = 0;
  readonly #report: Child["report"];
  readonly #options: FollowingOptions;

  constructor({ pid, pidfd, report }: Child, options: FollowingOptions) {
    this.#process = { pid, pidfd };
    this.#report = report;
    this.#options = options;
  }

  /** The process between this one and the one that is followed. */
  get supervisor(): Followed | undefined {
    return this.#supervisor;
  }

  /** @throws SyscallError that the process reports, SetupError when it ended without a word; {@link kill} is for the caller */
  async toTheCommand(): Promise<Followed> {
    let ready = false;
    for (let next = await this.#next(); next !== undefined; next = await this.#next()) {
      const { message, value } = next;
      if (message === "ready") ready = true;
      else {
        if (message === "supervised") this.#supervisor = this.#process;
        if ((message === "successor" || message === "supervised") && !this.#follow())
          throw new Error("a process goes on that the kernel told no process id of");
        if (message === "supervised") this.#first = this.#process.pid;
        await this.#options.on[message]?.(this.#process, value);
        // Before it goes on: from then on it is not to be without one.
        if (message === this.#options.until && this.#supervisor !== undefined)
          this.#options.handover?.supervise(this.#process.pid, this.#first);
        this.#options.handover?.release();
        if (message === this.#options.until) return this.#process;
      }
    }
    if (ready) return this.#process;
    this.#follow();
    throw new SetupError(this.#process.pid, howItEnded(this.#process.pidfd));
  }

  #next(): Message | undefined | Promise<Message | undefined> {
    return this.#options.blocking ? this.#report.nextSync() : this.#report.next();
  }

  /** Leaves nothing of either stage. */
  kill(): void {
    killAndReap(this.#process.pidfd);
    // The first stage has ended: it makes no second one any more.
    const pid = this.#successor();
    if (pid !== undefined)
      run([
        step("kill the second stage", [
          ignoring(call("kill", pid, SIG.KILL), "ESRCH"),
          ignoring(call("waitid", P.PID, pid, null, W.EXITED, null), "ECHILD"),
        ]),
      ]);
    if (this.#supervisor === undefined) return;
    // It waits for its children, too. Once it knows of its process that is dead, it does what it does then.
    this.#options.handover?.abandon();
    reap(this.#supervisor.pidfd);
  }

  /** Turns to the second stage, if there is one; the first then ends by itself, if it was not killed. */
  #follow(): boolean {
    const pid = this.#successor();
    if (pid === undefined) return false;
    // It cannot be another's before it has been waited for.
    const pidfd = run([step("refer to the second stage", [into("pidfd", call("pidfd_open", pid, 0))])]).number("pidfd");
    if (this.#process !== this.#supervisor) {
      reap(this.#process.pidfd);
      this.#isSuccessor = true;
    }
    this.#process = { pid, pidfd };
    return true;
  }

  /** The process that goes on, or will, instead of the one that is followed. */
  #successor(): number | undefined {
    const pid = this.#isSuccessor ? undefined : this.#options.handover?.successor();
    return pid === this.#process.pid ? undefined : pid;
  }
}

function killAndReap(pidfd: number): void {
  run([
    step("kill what could not be set up", [ignoring(call("pidfd_send_signal", pidfd, SIG.KILL, null, 0), "ESRCH")]),
  ]);
  reap(pidfd);
}

/** Waits for a process that is ending, and closes its pidfd. */
function reap(pidfd: number): void {
  try {
    tryWait(pidfd, { block: true });
  } catch (error) {
    // ECHILD: it has been waited for.
    if (!isErrno(error, "ECHILD")) throw error;
  }
  closeFd(pidfd);
}

function howItEnded(pidfd: number): string {
  let status: ReturnType<typeof tryWait>;
  try {
    status = tryWait(pidfd, { block: true });
  } catch (error) {
    if (isErrno(error, "ECHILD")) return "its parent is its supervisor, and knows how";
    throw error;
  }
  return status?.signal === null ? `exit status ${status.code}` : `killed by signal ${status?.signal}`;
}
