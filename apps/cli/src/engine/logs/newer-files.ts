import { closeLogFiles, type LogFile, logInode, openLogFiles } from "./log-files.ts";
import { sequenceOf } from "./sequence.ts";

export interface NewerFiles {
  /** Oldest first. */
  readonly files: readonly LogFile[];
  /** How many files there were before these that nobody can read any more; undefined where that is not known. */
  readonly lost: number | undefined;
}

/**
 * The files of a log that are newer than one that is held open. Where that one has no name any more, others may have come and
 * gone as well: only the numbers of the files tell, where the supervisor writes them.
 */
export function newerFiles(directory: string, than: LogFile | undefined): NewerFiles {
  const current = logInode(directory);
  if (than !== undefined && current === than.inode) return NONE;
  const files = openLogFiles(directory);
  const index = than === undefined ? -1 : files.findIndex(({ inode }) => inode === than.inode);
  closeLogFiles(files.splice(0, index + 1));
  const [oldest] = files;
  if (than === undefined || oldest === undefined || index !== -1) return { files, lost: 0 };
  if (current === undefined) {
    // In the middle of a rotation, or somebody removed the newest: what is left may be older.
    closeLogFiles(files);
    return NONE;
  }
  const [before, after] = [sequenceOf(than.fd), sequenceOf(oldest.fd)];
  return { files, lost: before === undefined || after === undefined ? undefined : Math.max(0, after - before - 1) };
}

const NONE: NewerFiles = { files: [], lost: 0 };
