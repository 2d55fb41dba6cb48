import { call, ignoring, into, run, SIG, step, type Step, value } from "@wb/syscall";

/**
 * Kills those of the processes that are still in the group, and no other that was given one of their numbers meanwhile:
 * each is held by a pidfd (Linux 5.3) before the list is read a second time.
 *
 * @param list reads the processes that are in the group now
 */
export function killListed(list: () => readonly number[]): void {
  const before = list();
  for (let start = 0; start < before.length; start += BATCH) killBatch(before.slice(start, start + BATCH), list);
}

/** So many pidfds are open at once. */
const BATCH = 128;

function killBatch(pids: readonly number[], list: () => readonly number[]): void {
  const cells = pids.map((pid) => `pidfd:${pid}`);
  const held = run([
    step(
      "hold the processes",
      pids.map((pid) => into(`pidfd:${pid}`, ignoring(call("pidfd_open", pid, 0), "ESRCH", "EINVAL"))),
    ),
  ]);
  const inputs = Object.fromEntries(cells.map((cell) => [cell, held.value(cell)]).filter(([, fd]) => Number(fd) >= 0));
  const still = new Set(list());
  run(
    pids.filter((pid) => `pidfd:${pid}` in inputs).map((pid) => killStep(pid, still.has(pid))),
    { inputs },
  );
}

function killStep(pid: number, kill: boolean): Step {
  const fd = value(`pidfd:${pid}`);
  const signal = kill ? [ignoring(call("pidfd_send_signal", fd, SIG.KILL, null, 0), "ESRCH")] : [];
  return step(`kill process ${pid}`, [...signal, call("close", fd)], `kill -KILL ${pid}`);
}
