import { setInputs } from "./cells.ts";
import { interpret, load, type Loaded } from "./machine.ts";
import { isMainThread } from "./main-thread.ts";
import { pack } from "./pack.ts";
import { ProcessPoll } from "./process-poll.ts";
import { address, call, ignoring, into, memory, step, value } from "./program.ts";
import { errorIn } from "./run.ts";
import { siginfo } from "./structs/siginfo.ts";
import { CLD, P, W } from "./uapi/wait.ts";

/** How a process ended: one of the two is null. */
export interface ExitStatus {
  /** Its exit status, 0 to 255. */
  readonly code: number | null;
  /** The signal that killed it. */
  readonly signal: number | null;
}

/**
 * Waits for a child of this process to end, and reaps it. No thread is kept waiting: the kernel's SIGCHLD wakes Node's
 * event loop, which stays alive meanwhile. In a Worker, which gets no signals, one thread of libuv's pool polls all that it
 * waits for.
 *
 * @param pidfd from {@link spawn}; it stays open
 * @throws SyscallError ECHILD when the process is no child of this one, or has been waited for
 */
export function waitFor(pidfd: number): Promise<ExitStatus> {
  const known = waiting.get(pidfd);
  if (known !== undefined) return known.promise;
  const waiter: Waiter = { pidfd, ...Promise.withResolvers<ExitStatus>() };
  waiting.set(pidfd, waiter);
  lookAt(waiter);
  if (waiting.has(pidfd)) watch(waiter);
  return waiter.promise;
}

/** How the process ended, or undefined while it runs. Waits if `block` is true, in this thread. */
export function tryWait(pidfd: number, { block = false }: { readonly block?: boolean } = {}): ExitStatus | undefined {
  const options = W.EXITED | (block ? 0 : W.NOHANG);
  const table = (waitTable ??= load(pack([waitStep])));
  const { packed, memory: cells } = table;
  setInputs(packed.cells, cells, { pidfd, options });
  clear(table);
  if (interpret(table) !== 0) throw errorIn(table);
  const info = siginfo.decode(cells.subarray(packed.cells.get("siginfo")));
  if (info.si_signo === 0) return undefined;
  return info.si_code === CLD.EXITED ? { code: info.si_status, signal: null } : { code: null, signal: info.si_status };
}

/** One table for all waits: it is interpreted without a pause, and then read. */
let waitTable: Loaded | undefined;

const waitStep = step("wait for a process", [
  memory("siginfo", 128),
  { label: "again" },
  into(
    "waited",
    ignoring(call("waitid", P.PIDFD, value("pidfd"), address("siginfo"), value("options"), null), "EINTR"),
  ),
  { jump: "again", when: { value: "waited", equals: -4 } },
]);

/** waitid(2) leaves si_signo alone on some kernels when there is nothing to report. */
function clear({ packed, memory: cells }: Loaded): void {
  const offset = packed.cells.get("siginfo") ?? 0;
  cells.fill(0, offset, offset + 128);
  cells.fill(0, 8, 24);
}

interface Waiter extends PromiseWithResolvers<ExitStatus> {
  readonly pidfd: number;
}

/** Those that wait, by their pidfds. */
const waiting = new Map<number, Waiter>();

function watch(waiter: Waiter): void {
  if (!isMainThread()) poll.update();
  else if (keepAlive === undefined) {
    process.on("SIGCHLD", lookAtAll);
    // Node does not stay alive for a signal handler.
    keepAlive = setInterval(() => undefined, 2 ** 30);
    // It may have ended before the handler was there.
    lookAt(waiter);
  }
}

let keepAlive: NodeJS.Timeout | undefined;

const poll = new ProcessPoll({
  look: () => {
    lookAtAll();
    return [...waiting.keys()];
  },
  fail: (error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  },
});

function lookAtAll(): void {
  for (const waiter of waiting.values()) lookAt(waiter);
}

function lookAt({ pidfd, resolve, reject }: Waiter): void {
  try {
    const status = tryWait(pidfd);
    if (status === undefined) return;
    resolve(status);
  } catch (error) {
    reject(error);
  }
  waiting.delete(pidfd);
  if (waiting.size > 0 || keepAlive === undefined) return;
  process.off("SIGCHLD", lookAtAll);
  clearInterval(keepAlive);
  keepAlive = undefined;
}
