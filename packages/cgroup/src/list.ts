import { readdirSync } from "node:fs";
import { type Hierarchy, type Layout } from "./layout.ts";
import { readPids } from "./pids.ts";
import { directoryIn } from "./place.ts";
import { codeOf } from "./read.ts";
import { inside, visit } from "./visit.ts";

/** A group right below another. */
export interface GroupBelow {
  /** In bytes: whoever made it need not have used UTF-8, nor kept to what {@link cgroupPath} takes. */
  readonly name: Buffer;
  /** The processes in it and below it; undefined where they cannot be read. */
  readonly pids: readonly number[] | undefined;
}

/**
 * The groups right below one, in any hierarchy, in the order of their bytes. The empty path is the root of the hierarchies.
 * One that is removed meanwhile is left out, or has no processes.
 *
 * @example
 * groupsBelow({ path: "/web", layout: detect() }).map(({ name }) => name.toString());
 */
export function groupsBelow({ path, layout }: { readonly path: string; readonly layout: Layout }): GroupBelow[] {
  const found = layout.hierarchies.map((hierarchy) => directoryIn(hierarchy, path) || "/");
  const names = new Map(found.flatMap(namesIn).map((name) => [name.toString("latin1"), name]));
  return [...names.values()]
    .toSorted((one, other) => Buffer.compare(one, other))
    .map((name) => ({ name, pids: pidsBelow(layout.hierarchies, path, name) }));
}

function namesIn(directory: string): Buffer[] {
  const entries = readable(() => readdirSync(directory, { withFileTypes: true, encoding: "buffer" })) ?? [];
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => Buffer.from(name));
}

function pidsBelow(hierarchies: readonly Hierarchy[], path: string, name: Buffer): number[] | undefined {
  const pids = new Set<number>();
  return readable(() => {
    for (const hierarchy of hierarchies) {
      visit(inside(directoryIn(hierarchy, path), name), (each) => {
        for (const pid of readPids(each)) pids.add(pid);
      });
    }
    return [...pids].toSorted((a, b) => a - b);
  });
}

/** A group of someone else's, that cannot be read, does not stand in the way of the others. */
function readable<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (typeof codeOf(error) === "string") return undefined;
    throw error;
  }
}
