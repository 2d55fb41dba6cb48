import type { Rlimit } from "@wb/security";
import { UserError } from "../../user-error.ts";
import { parseFor } from "./flag-error.ts";
import { wholeNumber } from "./whole-number.ts";

/**
 * The resource limits of `--ulimit NAME=SOFT[:HARD]`, sorted by their names; the last of a name counts.
 *
 * @throws UserError in docker's words (go-units, ParseUlimit)
 */
export function ulimitsOf(texts: readonly string[]): Rlimit[] {
  const limits = texts.map((text) => parseFor("--ulimit", text, parseUlimit));
  const byType = new Map(limits.map((limit) => [limit.type, limit]));
  return [...byType.values()].toSorted((one, other) => (one.type < other.type ? -1 : 1));
}

function parseUlimit(text: string): Rlimit {
  const equals = text.indexOf("=");
  if (equals === -1) throw invalid(`invalid ulimit argument: ${text}`);
  const name = text.slice(0, equals);
  if (!NAMES.includes(name)) throw invalid(`invalid ulimit type: ${name}`);
  const values = text.slice(equals + 1);
  const [soft = "", hard = soft, ...more] = values.split(":");
  if (more.length > 0)
    throw invalid(`too many limit value arguments - ${values}, can only have up to two, \`soft[:hard]\``);
  const limit = { type: `RLIMIT_${name.toUpperCase()}`, soft: valueOf(soft), hard: valueOf(hard) };
  checkOrder(limit);
  return limit;
}

/** go-units' names. `as` is not among them. */
const NAMES = [
  "core",
  "cpu",
  "data",
  "fsize",
  "locks",
  "memlock",
  "msgqueue",
  "nice",
  "nofile",
  "nproc",
  "rss",
  "rtprio",
  "rttime",
  "sigpending",
  "stack",
];

function invalid(reason: string): UserError {
  return new UserError(reason, { hint: `NAME=SOFT[:HARD], -1 for no limit: nofile=1024:2048; ${NAMES.join(", ")}` });
}

/** -1 is no limit; docker takes any negative number for a huge one. */
function valueOf(text: string): number | bigint {
  const number = wholeNumber(text);
  if (number < -1n) throw invalid(`${text} is neither a number from 0 on nor -1`);
  return number <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(number) : number;
}

function checkOrder({ soft, hard }: Rlimit): void {
  if (hard === -1 || hard === soft) return;
  const reason = "ulimit soft limit must be less than or equal to hard limit:";
  if (soft === -1) throw invalid(`${reason} soft: -1 (unlimited), hard: ${hard}`);
  if (soft > hard) throw invalid(`${reason} ${soft} > ${hard}`);
}
