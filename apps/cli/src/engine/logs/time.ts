import { UserError } from "../../user-error.ts";
import { timestamp } from "../words/timestamp.ts";
import type { LogTime } from "./log-time.ts";

/**
 * The moment that `--since` or `--until` of `wb logs` names.
 *
 * @param flag `since` or `until`
 * @param now milliseconds since 1970
 * @throws UserError with docker's words
 */
export function parseLogTime(flag: string, text: string, now: number = Date.now()): LogTime {
  try {
    const nanoseconds = timestamp(text, now);
    const nsec = ((nanoseconds % SECOND) + SECOND) % SECOND;
    return { sec: Number((nanoseconds - nsec) / SECOND), nsec: Number(nsec) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`invalid value for "${flag}": ${error.message}`, { hint: error.hint, cause: error });
  }
}

const SECOND = 1_000_000_000n;
