import { readFileSync } from "node:fs";
import type { Rlimit } from "@wb/security";

/**
 * The limit of open files that wb's caller has. Node raises its own soft limit to the hard one at start, and what it was
 * before can only be read from the parent process.
 */
export function callerNofile(): Rlimit {
  const own = nofileOf("self") ?? { soft: 1024, hard: 1024 };
  const caller = nofileOf(process.ppid) ?? own;
  return { type: "RLIMIT_NOFILE", soft: Math.min(caller.soft, own.hard), hard: own.hard };
}

function nofileOf(pid: number | "self"): { soft: number; hard: number } | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/limits`, "utf8");
  } catch {
    // The parent is in another pid namespace (0), or another user's.
    return undefined;
  }
  const [, soft, hard] = /^Max open files +(\d+|unlimited) +(\d+|unlimited)/m.exec(text) ?? [];
  return soft === undefined || hard === undefined ? undefined : { soft: limit(soft), hard: limit(hard) };
}

function limit(text: string): number {
  return text === "unlimited" ? -1 : Number(text);
}
