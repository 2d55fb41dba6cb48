import { type Instruction, into, memory, type Program, runInPool, step, SyscallError } from "@wb/syscall";
import type { AttributeOptions } from "./attributes.ts";
import { CELL, CLEAN_UP, cleanUp, closing } from "./cells.ts";
import { entryInstructions, openFile, WRITTEN } from "./entry-instructions.ts";
import { openInRoot } from "./open-in-root.ts";
import type { Pending } from "./pending.ts";
import { repair, type RepairOptions } from "./repair.ts";

export interface BatchOptions extends AttributeOptions, Omit<RepairOptions, "before"> {}

/**
 * Makes entries in order, by one table of system calls on a thread of the pool. Where something is in the way of one, that is
 * put right, and a new table goes on with it.
 *
 * @throws TarError, SyscallError whose step names the entry
 */
export async function makeEntries(pending: readonly Pending[], options: BatchOptions): Promise<void> {
  await repairing(pending, options, async (rest) => {
    const expected = rest.reduce((sum, { content }) => sum + content.length, 0);
    const made = await runInPool([countWritten, ...entrySteps(rest, options), cleanUp()], {
      inputs: { [CELL.root]: options.root },
      onError: CLEAN_UP,
    });
    const written = made.number(WRITTEN);
    if (written !== expected)
      throw new Error(`${written} of ${expected} bytes were written, and no error was told: is the file system full?`);
  });
}

/** Makes the file of an entry that is too large for a table. Returns its file descriptor, which the caller closes. */
export async function makeFile(pending: Pending, options: BatchOptions): Promise<number> {
  const body = [openParent(pending), openFile(pending), closing("directory")];
  return repairing([pending], options, async () => {
    const made = await runInPool([step(pending.label, body), cleanUp()], {
      inputs: { [CELL.root]: options.root },
      onError: CLEAN_UP,
    });
    return made.number(CELL.file);
  });
}

/** Opens the directory that a name is in into the cell `directory`. */
function openParent({ place }: Pending): Instruction {
  return into(CELL.directory, openInRoot(place.parent));
}

const countWritten = step("count what is written", [memory(WRITTEN, Buffer.alloc(8))]);

/** A Step for each entry. Files that follow one another in a directory share its file descriptor. */
function entrySteps(pending: readonly Pending[], options: AttributeOptions): Program {
  return pending.map((next, index) => {
    const shares = (other: Pending | undefined): boolean =>
      other?.place.parent === next.place.parent && other.entry.type === "file" && next.entry.type === "file";
    return step(next.label, [
      ...(shares(pending[index - 1]) ? [] : [openParent(next)]),
      ...entryInstructions(next, options),
      ...(shares(pending[index + 1]) ? [] : [closing("directory")]),
    ]);
  });
}

async function repairing<T>(
  pending: readonly Pending[],
  options: BatchOptions,
  attempt: (rest: readonly Pending[]) => Promise<T>,
): Promise<T> {
  let first = 0;
  let before: readonly string[] = [];
  for (;;) {
    try {
      return await attempt(pending.slice(first));
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error;
      const failed = pending.findIndex(({ label }) => label === error.step);
      const entry = pending[failed];
      if (entry === undefined) throw error;
      if (failed !== first) before = [];
      first = failed;
      repair(error, entry, { ...options, before });
      before = [...before, `${error.syscall} ${error.code}`];
    }
  }
}
