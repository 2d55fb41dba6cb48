import { interpret, interpretInPool, load, type Loaded } from "./machine.ts";
import { errorOf, failureIn } from "./run.ts";
import { pack, setInputs } from "./pack.ts";
import { address, call, ignoring, into, memory, step, value } from "./program.ts";
import { siginfo } from "./structs/siginfo.ts";
import { CLD, P, W } from "./uapi/wait.ts";
import { POLL } from "./uapi/poll.ts";
import { isMainThread } from "node:worker_threads";

/** How a process ended: one of the two is null. */
export interface ExitStatus {
  /** Its exit status, 0 to 255. */
  readonly code: number | null;
  /** The signal that killed it. */
  readonly signal: number | null;
}

/**
 * Waits for a child of this process to end, and reaps it. No thread is kept waiting: the kernel's SIGCHLD wakes Node's
 * event loop, which stays alive meanwhile. In a Worker, which gets no signals, a thread of libuv's pool polls the pidfd.
 *
 * @param pidfd from {@link spawn}; it stays open
 * @throws SyscallError ECHILD when the process is no child of this one, or has been waited for
 */
export async function waitFor(pidfd: number): Promise<ExitStatus> {
  return isMainThread ? waitForSignal(pidfd) : waitInPool(pidfd);
}

/** How the process ended, or undefined while it runs. Waits if `block` is true, in this thread. */
export function tryWait(pidfd: number, { block = false }: { readonly block?: boolean } = {}): ExitStatus | undefined {
  const options = W.EXITED | (block ? 0 : W.NOHANG);
  const { packed, memory: cells } = (waitTable ??= load(pack([waitStep])));
  setInputs(packed.cells, cells, { pidfd, options });
  clear(waitTable);
  if (interpret(waitTable) !== 0) throw errorOf(packed, failureIn(cells), {});
  const info = siginfo.decode(cells.subarray(packed.cells.get("siginfo")));
  if (info.si_signo === 0) return undefined;
  return info.si_code === CLD.EXITED ? { code: info.si_status, signal: null } : { code: null, signal: info.si_status };
}

/** One table for all waits: it is interpreted without a pause, and then read. */
let waitTable: Loaded | undefined;

const waitStep = step("wait for a process", [
  memory("siginfo", 128),
  { label: "again" },
  into("waited", ignoring(call("waitid", P.PIDFD, value("pidfd"), address("siginfo"), value("options"), null), "EINTR")),
  { jump: "again", when: { value: "waited", equals: -4 } },
]);

/** waitid(2) leaves si_signo alone on some kernels when there is nothing to report. */
function clear({ packed, memory: cells }: Loaded): void {
  const offset = packed.cells.get("siginfo") ?? 0;
  cells.fill(0, offset, offset + 128);
  cells.fill(0, 8, 24);
}

/** Those that wait, by their pidfds. */
const waiting = new Map<number, { resolve: (status: ExitStatus) => void; reject: (error: unknown) => void }>();
let keepAlive: NodeJS.Timeout | undefined;

function waitForSignal(pidfd: number): Promise<ExitStatus> {
  const { promise, resolve, reject } = Promise.withResolvers<ExitStatus>();
  waiting.set(pidfd, { resolve, reject });
  if (waiting.size === 1) {
    process.on("SIGCHLD", lookAtAll);
    // Node does not stay alive for a signal handler.
    keepAlive = setInterval(() => undefined, 2 ** 30);
  }
  // It may have ended before the handler was there.
  lookAt(pidfd);
  return promise;
}

function lookAtAll(): void {
  for (const pidfd of [...waiting.keys()]) lookAt(pidfd);
}

function lookAt(pidfd: number): void {
  const waiter = waiting.get(pidfd);
  if (waiter === undefined) return;
  try {
    const status = tryWait(pidfd);
    if (status === undefined) return;
    waiter.resolve(status);
  } catch (error) {
    waiter.reject(error);
  }
  waiting.delete(pidfd);
  if (waiting.size > 0) return;
  process.off("SIGCHLD", lookAtAll);
  clearInterval(keepAlive);
}

/** Short polls: a Worker that is terminated must wait for what it has in the pool. */
const POLL_INTERVAL_NS = 100_000_000;

async function waitInPool(pidfd: number): Promise<ExitStatus> {
  for (;;) {
    const status = tryWait(pidfd);
    if (status !== undefined) return status;
    const table = load(pack([pollStep]));
    setInputs(table.packed.cells, table.memory, { pidfd });
    await interpretInPool(table);
  }
}

const timeout = Buffer.alloc(16);
timeout.writeBigInt64LE(BigInt(POLL_INTERVAL_NS), 8);

const pollStep = step("poll a process", [
  memory("pollfd", 8),
  { assign: address("pollfd"), to: value("pidfd", 0, 0xffff_ffffn), plus: BigInt(POLL.IN) << 32n },
  ignoring(call("ppoll", address("pollfd"), 1, timeout, null, 8)),
]);
