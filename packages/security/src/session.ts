import { call, type Step, step } from "@wb/syscall";

/** The Step that makes the process the leader of a new session without a terminal, setsid(2). */
export const sessionStep: Step = step("lead a new session", [call("setsid")], "setsid");
