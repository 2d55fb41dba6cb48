import { closeSync, fstatSync, openSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isErrno, O } from "@wb/syscall";
import { EXIT_RECORD_SIZE, type ExitRecord, parseExitRecord } from "../../runtime/supervisor/exit-record.ts";
import { directoryChanges } from "../logs/directory-changes.ts";
import { readAt } from "../logs/read-at.ts";

/** Waits for how a container ends, which it learns also where that is removed at once. */
export interface ExitWatch extends Disposable {
  /** @returns undefined where nobody knows how it ended */
  readonly ended: () => Promise<ExitRecord | undefined>;
}

/**
 * Opens the record of a container's end before it ends: the file stays what it is when it is renamed, and when it is removed.
 *
 * @param directory what its supervisor has
 * @param hasEnded whether it does not run any more, looked at once in a while, in case that its supervisor was killed
 */
export function watchExit(directory: string, hasEnded: () => boolean): ExitWatch {
  // By either name: it may be renamed at this moment.
  const file = openFirst(directory, ["exit.tmp", "exit"]);
  return watch(directory, file, hasEnded, () => {
    if (file === undefined) return undefined;
    // It is whole from when it has its name; the next start makes another one.
    if (statSync(join(directory, "exit.tmp"), { throwIfNoEntry: false })?.ino === fstatSync(file).ino) return undefined;
    const bytes = Buffer.alloc(EXIT_RECORD_SIZE);
    return parseExitRecord(bytes.subarray(0, readAt(file, bytes, 0)));
  });
}

/** As {@link watchExit}, of a container in the foreground, whose record comes behind its configuration. */
export function watchForeground(entry: string, hasEnded: () => boolean): ExitWatch {
  const file = openFirst(entry, ["config.json"]);
  return watch(entry, file, hasEnded, () => {
    const text = file === undefined ? Buffer.alloc(0) : readFileSync(`/proc/self/fd/${file}`);
    return parseExitRecord(text.subarray(text.indexOf("\n") + 1));
  });
}

function watch(
  directory: string,
  file: number | undefined,
  hasEnded: () => boolean,
  look: () => ExitRecord | undefined,
): ExitWatch {
  const abandoned = new AbortController();
  return {
    ended: async () => {
      using changes = directoryChanges(directory, abandoned.signal);
      for (;;) {
        const isOver = hasEnded();
        const exit = look();
        if (exit !== undefined || isOver || abandoned.signal.aborted) return exit;
        await changes.next(Number.POSITIVE_INFINITY);
      }
    },
    [Symbol.dispose]: () => {
      abandoned.abort();
      if (file !== undefined) closeSync(file);
    },
  };
}

function openFirst(directory: string, names: readonly string[]): number | undefined {
  for (const name of names) {
    try {
      return openSync(join(directory, name), O.RDONLY | O.CLOEXEC);
    } catch (error) {
      if (!isErrno(error, "ENOENT")) throw error;
    }
  }
  return undefined;
}
