import { readFileSync } from "node:fs";
import { join } from "node:path";
import { call, closeFd, ignoring, into, isErrno, run, SIG, step } from "@wb/syscall";
import { writeFileAtomically } from "../../write-file-atomically.ts";
import { processStat } from "../lifecycle/init-process.ts";

/** What a container has for stdin that others may write to: its terminal, whose master it is then, or a pipe. */
export type InputKind = "terminal" | "pipe";

/** A process that has it open. */
interface Holder {
  readonly pid: number;
  /** When it began: proc_pid_stat(5) field 22. */
  readonly start: number;
  /** Its number there. */
  readonly fd: number;
}

interface HeldInput {
  readonly kind: InputKind;
  readonly guard: Holder;
  readonly supervisor: Holder;
}

/** The file in what a supervisor has, which says who has the input. */
const INPUT_FILE = "input";

/** Writes who has a container's input: its guard and its supervisor, by the number that it has here. */
export function writeHeldInput(
  directory: string,
  {
    kind,
    fd,
    guard,
    supervisor,
  }: { readonly kind: InputKind; readonly fd: number } & Record<"guard" | "supervisor", number>,
): void {
  const holder = (pid: number): Holder => ({ pid, start: processStat(pid)?.start ?? 0, fd });
  const held: HeldInput = { kind, guard: holder(guard), supervisor: holder(supervisor) };
  writeFileAtomically(join(directory, INPUT_FILE), `${JSON.stringify(held)}\n`, 0o600);
}

/**
 * A copy of the file descriptor by which a container is written to, pidfd_getfd(2), since Linux 5.6: of its guard, or of its supervisor
 * where that was killed. The caller closes it.
 *
 * @returns undefined when it has none, or nobody has it any more
 * @throws SyscallError EPERM for a process that may not
 */
export function takeInput(directory: string): { readonly kind: InputKind; readonly fd: number } | undefined {
  const held = readHeldInput(directory);
  if (held === undefined) return undefined;
  const fd = copyOf(held.guard) ?? copyOf(held.supervisor);
  return fd === undefined ? undefined : { kind: held.kind, fd };
}

/** Ends the guard, where its supervisor was told to close the container's stdin. */
export function endGuard(directory: string): void {
  const guard = readHeldInput(directory)?.guard;
  if (guard !== undefined) withProcess(guard, (pidfd) => kill(pidfd));
}

function readHeldInput(directory: string): HeldInput | undefined {
  try {
    const held: unknown = JSON.parse(readFileSync(join(directory, INPUT_FILE), "utf8"));
    const { kind, guard, supervisor } = Object(held);
    return (kind === "terminal" || kind === "pipe") && isHolder(guard) && isHolder(supervisor)
      ? { kind, guard, supervisor }
      : undefined;
  } catch (error) {
    // Written as a whole, but a full disk or a hand may have left anything.
    if (isErrno(error, "ENOENT") || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isHolder(value: unknown): value is Holder {
  const { pid, start, fd } = Object(value);
  return [pid, start, fd].every((one) => Number.isInteger(one));
}

function copyOf(holder: Holder): number | undefined {
  return withProcess(holder, (pidfd) => {
    const made = run([
      step("take a copy of the container's input", [
        into("copy", ignoring(call("pidfd_getfd", pidfd, holder.fd, 0), "ESRCH", "EBADF")),
      ]),
    ]);
    const copy = made.number("copy");
    return copy < 0 ? undefined : copy;
  });
}

function kill(pidfd: number): void {
  run([step("end the guard", [ignoring(call("pidfd_send_signal", pidfd, SIG.KILL, null, 0), "ESRCH")])]);
}

/** Undefined when it has ended. */
function withProcess<T>({ pid, start }: Holder, action: (pidfd: number) => T): T | undefined {
  const opened = run([
    step(`refer to process ${pid}`, [into("pidfd", ignoring(call("pidfd_open", pid, 0), "ESRCH", "EINVAL"))]),
  ]);
  const pidfd = opened.number("pidfd");
  if (pidfd < 0) return undefined;
  try {
    // Looked at after it was opened: another process may have the pid by now.
    return processStat(pid)?.start === start ? action(pidfd) : undefined;
  } finally {
    closeFd(pidfd);
  }
}
