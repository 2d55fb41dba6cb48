import { AT_FDCWD, call, into, O, openHow, pointer, RESOLVE, type Step, step, value } from "@wb/syscall";

/**
 * The Step that makes the process a likelier (1000) or less likely (-1000) victim of the OOM killer,
 * proc_pid_oom_score_adj(5). Below what its parent was given needs CAP_SYS_RESOURCE (EACCES).
 *
 * It stands before the Steps that change the root and the ids: /proc must be the host's, not a container's that could lead
 * the write elsewhere (CVE-2025-52881), and a process that changed its ids may not write there.
 */
export function oomScoreAdjStep(score: number): Step {
  if (!Number.isInteger(score) || score < -1000 || score > 1000)
    throw new RangeError(`${score} is no OOM score adjustment: -1000 to 1000`);
  const text = `${score}`;
  const how = { flags: O.WRONLY | O.CLOEXEC, resolve: RESOLVE.NO_MAGICLINKS };
  return step(
    `adjust the OOM score by ${text}`,
    [
      into("oom score", call("openat2", AT_FDCWD, "/proc/self/oom_score_adj", pointer(openHow, how), openHow.size)),
      call("write", value("oom score"), text, text.length),
      call("close", value("oom score")),
    ],
    `choom --adjust ${text} --pid $$`,
  );
}
