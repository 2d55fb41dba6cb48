import { type Dirent, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isErrno } from "@wb/syscall";

/**
 * Bytes of all files of a directory and those below it, a file with several names once. Links are not followed, and what is mounted below is
 * not counted. What disappears meanwhile, or may not be read, counts nothing.
 *
 * @param only names of its own files that count; the directories below do not then
 */
export function directorySize(path: string, { only }: { readonly only?: RegExp } = {}): number {
  const counted = new Set<bigint>();
  const device = statOf(path)?.dev;
  let bytes = 0;
  const waiting = [path];
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    for (const entry of entriesOf(directory)) {
      if (only !== undefined && !only.test(entry.name)) continue;
      const file = join(directory, entry.name);
      const stat = statOf(file);
      if (stat === undefined || stat.dev !== device) continue;
      if (stat.isDirectory()) waiting.push(file);
      else if (!counted.has(stat.ino)) {
        if (stat.nlink > 1n) counted.add(stat.ino);
        bytes += Number(stat.size);
      }
    }
  }
  return bytes;
}

function statOf(path: string): ReturnType<typeof bigStat> {
  return unlessGone(() => bigStat(path));
}

function bigStat(path: string) {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false });
}

function entriesOf(directory: string): Dirent[] {
  return unlessGone(() => readdirSync(directory, { withFileTypes: true })) ?? [];
}

function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP")) return undefined;
    throw error;
  }
}
