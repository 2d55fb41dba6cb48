import { setTimeout as sleep } from "node:timers/promises";
import { type HostState, hostState } from "@wb/testing";
import { withoutOthers } from "./others.ts";

/** What is there now and was not before, by kind. */
export type Leftovers = Readonly<Record<keyof HostState, readonly string[]>>;

/**
 * What is left behind. The kernel takes namespaces and cgroups apart a while after their last process, and other programs
 * of the machine have some, too: what was seen at every look until the time is up is left, and what went is not.
 */
export async function leftovers(before: HostState, { timeoutMs }: { readonly timeoutMs: number }): Promise<Leftovers> {
  const deadline = performance.now() + timeoutMs;
  let left = added(before, withoutOthers(hostState()));
  while (!isEmpty(left) && performance.now() < deadline) {
    await sleep(INTERVAL_MS);
    const now = added(before, withoutOthers(hostState()));
    left = each((kind) => left[kind].filter((line) => now[kind].includes(line)));
  }
  return left;
}

const INTERVAL_MS = 200;

const KINDS: readonly (keyof HostState)[] = [
  "children",
  "mounts",
  "cgroups",
  "links",
  "namespaces",
  "netns",
  "fds",
  "run",
];

function added(before: HostState, now: HostState): Leftovers {
  return each((kind) => without(now[kind], before[kind]));
}

/** Of lines that stand there several times, as many are taken away as the other list has: mounts may be stacked. */
function without(lines: readonly string[], those: readonly string[]): string[] {
  const known = [...those];
  return lines.filter((line) => {
    const index = known.indexOf(line);
    if (index !== -1) known.splice(index, 1);
    return index === -1;
  });
}

function each(make: (kind: keyof HostState) => readonly string[]): Leftovers {
  return Object.fromEntries(KINDS.map((kind) => [kind, make(kind)])) as Leftovers;
}

export function isEmpty(left: Leftovers): boolean {
  return KINDS.every((kind) => left[kind].length === 0);
}
