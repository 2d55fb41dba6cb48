import { call, PR, type Step, step } from "@wb/syscall";

/**
 * The Step after which no execve(2) of the process gives it more privileges: set-user-ID bits and file capabilities have no
 * effect, PR_SET_NO_NEW_PRIVS(2const), Linux 3.5.
 */
export const noNewPrivs: Step = step(
  "gain no privileges by execve",
  [call("prctl", PR.SET_NO_NEW_PRIVS, 1)],
  "setpriv --no-new-privs",
);
