import { userInfo } from "node:os";
import { readTable } from "../runtime/read-table.ts";

/** A range of ids on this machine. */
export interface IdRange {
  readonly first: number;
  readonly count: number;
}

/** What subuid(5) or subgid(5) gives this user. */
export function subordinateIds(file: "subuid" | "subgid"): IdRange[] {
  return subordinateRanges(readTable("/", `etc/${file}`), { uid: process.geteuid?.() ?? 0, username: nameOfUser() });
}

/** The lines of a user: `name:first:count`, or its number instead of the name. */
export function subordinateRanges(
  table: readonly (readonly string[])[],
  { username, uid }: { readonly username: string | undefined; readonly uid: number },
): IdRange[] {
  return table
    .filter(([name]) => name === username || name === String(uid))
    .map(([, first, count]) => ({ first: Number(first), count: Number(count) }))
    .filter(({ first, count }) => Number.isSafeInteger(first) && count > 0);
}

/** Undefined for one that passwd(5) does not have. */
export function nameOfUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
