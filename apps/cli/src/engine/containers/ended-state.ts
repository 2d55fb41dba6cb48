import { uptime } from "node:os";
import type { ExitRecord } from "../../runtime/supervisor/exit-record.ts";
import { exitCodeOf } from "./exit-code.ts";
import type { StoredState } from "./stored-state.ts";

/** The state of a container that ran and does not: as its supervisor wrote, or with the status 255 and why nobody knows a better one. */
export function endedState(
  before: StoredState,
  exit: ExitRecord | undefined,
  { isOfOtherBoot }: { readonly isOfOtherBoot: boolean },
): StoredState {
  if (exit !== undefined) {
    const isKnown = exit.code !== null || exit.signal !== null;
    return { ...before, finishedAt: exit.at, exitCode: exitCodeOf(exit), error: isKnown ? "" : UNSEEN };
  }
  return isOfOtherBoot
    ? { ...before, finishedAt: Date.now() - uptime() * 1000, exitCode: 255, error: "it ended with the machine" }
    : { ...before, finishedAt: Date.now(), exitCode: 255, error: UNSEEN };
}

const UNSEEN = "its supervisor was killed, and nobody knows how it ended";
