import { closeSync, fstatSync, openSync } from "node:fs";
import { join } from "node:path";
import { isErrno, O } from "@wb/syscall";
import { readAt } from "../logs/read-at.ts";
import { EVENTS_FILE, fullFileNumbers } from "./event-files.ts";
import { parseEventLine } from "./event-line.ts";
import type { WbEvent } from "./event.ts";

export interface EventReader extends Disposable {
  /** What was recorded since the last call, in the order of its files. */
  readonly read: () => EventBatch;
}

export interface EventBatch {
  readonly events: readonly WbEvent[];
  /** How many full files were removed before they could be read. */
  readonly lostFiles: number;
}

/**
 * Reads the events of a directory. It holds the files open: those that got a number are read on as long as they are there, since who
 * had one open before may still append to it.
 *
 * @param from whether the first call gives what is there already
 */
export function eventReader(directory: string, from: "beginning" | "now"): EventReader {
  let known: OpenFile[] = [];
  let newest: number | undefined;
  const look = (): number => {
    const files = openFiles(directory, known);
    const before = newest;
    const first = files.find(({ file }) => !known.includes(file));
    newest = files.at(-1)?.number ?? newest;
    for (const file of known) if (!files.some((one) => one.file === file)) closeSync(file.fd);
    known = files.map(({ file }) => file);
    return before === undefined || first === undefined ? 0 : Math.max(0, first.number - before - 1);
  };
  look();
  if (from === "now") for (const file of known) file.offset = endOfLines(file);
  return {
    read: () => {
      // Those that are removed next are read first.
      const earlier = known.flatMap(readLines);
      const lostFiles = look();
      const lines = [...earlier, ...known.flatMap(readLines)];
      return { events: lines.flatMap((line) => parseEventLine(line) ?? []), lostFiles };
    },
    [Symbol.dispose]: () => known.forEach(({ fd }) => closeSync(fd)),
  };
}

interface OpenFile {
  readonly fd: number;
  /** What it is, while it is open: its name changes. */
  readonly inode: bigint;
  /** Where the first line begins that was not read. */
  offset: number;
}

interface NumberedFile {
  readonly file: OpenFile;
  /** The one that it has in its name, or will have. */
  readonly number: number;
}

/** The files as they are, oldest first. Where one gets its number meanwhile, it is looked again. */
function openFiles(directory: string, known: readonly OpenFile[]): NumberedFile[] {
  const opened = [...known];
  for (;;) {
    const numbers = fullFileNumbers(directory);
    const last = numbers.at(-1) ?? 0;
    const names = [...numbers.map((number) => `${EVENTS_FILE}.${number}`), EVENTS_FILE];
    const found = names.flatMap((name, index) => {
      const file = openFile(join(directory, name), opened);
      if (file !== undefined && !opened.includes(file)) opened.push(file);
      return file === undefined ? [] : [{ file, number: numbers[index] ?? last + 1 }];
    });
    if ((fullFileNumbers(directory).at(-1) ?? 0) !== last) continue;
    for (const file of opened) {
      if (!known.includes(file) && !found.some((one) => one.file === file)) closeSync(file.fd);
    }
    return found;
  }
}

function openFile(path: string, opened: readonly OpenFile[]): OpenFile | undefined {
  try {
    const fd = openSync(path, O.RDONLY | O.CLOEXEC | O.NOFOLLOW | O.NONBLOCK);
    const inode = fstatSync(fd, { bigint: true }).ino;
    const same = opened.find((one) => one.inode === inode);
    if (same === undefined) return { fd, inode, offset: 0 };
    closeSync(fd);
    return same;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** The whole lines behind the offset, which is then behind them. */
function readLines(file: OpenFile): string[] {
  const bytes = unread(file);
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  file.offset += end;
  return end === 0 ? [] : bytes.toString("utf8", 0, end - 1).split("\n");
}

function endOfLines(file: OpenFile): number {
  return file.offset + unread(file).lastIndexOf(NEWLINE) + 1;
}

const NEWLINE = 10;

function unread({ fd, offset }: OpenFile): Buffer {
  const bytes = Buffer.allocUnsafe(Math.max(0, fstatSync(fd).size - offset));
  return bytes.subarray(0, readAt(fd, bytes, offset));
}
