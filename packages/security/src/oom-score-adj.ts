import type { Step } from "@wb/syscall";
import { type ProcfsUse, procStep } from "./proc-step.ts";

/**
 * The Step that makes the process a likelier (1000) or less likely (-1000) victim of the OOM killer,
 * proc_pid_oom_score_adj(5). Below what its parent was given needs CAP_SYS_RESOURCE (EACCES).
 *
 * The write goes to a procfs that nothing can be mounted over (CVE-2025-52881). It stands before the Steps that change the
 * ids: a process that changed them may not write there.
 */
export function oomScoreAdjStep(score: number, use: ProcfsUse = {}): Step {
  if (!Number.isInteger(score) || score < -1000 || score > 1000)
    throw new RangeError(`${score} is no OOM score adjustment: -1000 to 1000`);
  return procStep(
    `adjust the OOM score by ${score}`,
    { path: "self/oom_score_adj", text: `${score}` },
    use,
    `choom --adjust ${score} --pid $$`,
  );
}
