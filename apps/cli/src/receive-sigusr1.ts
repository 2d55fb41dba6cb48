import { call, run, SIG, SIG_HOW, step } from "@wb/syscall";
import { signalSet } from "./signal-set.ts";

/** Has SIGUSR1 come to this process, where there is a handler for it: `node --disable-sigusr1`, which starts wb, blocks it. */
export function receiveSigusr1(): void {
  run([step("receive SIGUSR1", [call("rt_sigprocmask", SIG_HOW.UNBLOCK, signalSet([SIG.USR1]), null, 8)])]);
}
