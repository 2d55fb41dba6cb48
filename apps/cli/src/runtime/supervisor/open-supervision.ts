import { fsyncSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Supervisor } from "@wb/ns";
import { call, closeFd, isErrno, LOCK, makePipe, O, run, step } from "@wb/syscall";
import { EXIT_RECORD_SIZE } from "./exit-record.ts";
import { makeFifo } from "./make-fifo.ts";
import { openLog } from "./open-log.ts";
import type { LogLimits } from "./rotate-log.ts";
import { supervise, type Supervision } from "./supervise.ts";

export interface SupervisionOptions {
  /** The container's directory, which gets FIFOs for its output and for `control`, and `exit` when it has ended. */
  readonly directory: string;
  /** The directory with the `log`. Default: what the container writes is thrown away. */
  readonly log?: { readonly directory: string; readonly limits?: LogLimits };
  /** The master of its terminal. Default: it has pipes. */
  readonly master?: number;
  /** Whether somebody may write to its stdin. Default: it is at its end. */
  readonly interactive?: boolean;
  /** The pid of a container's first process that runs already, with the ends that it has. Default: it is yet to be made. */
  readonly adopts?: number;
  /** What ps(1) shows of the supervisor. */
  readonly name?: string;
  readonly cleanUp: Supervision["cleanUp"];
}

/** Disposing of it closes what this process has of it: the supervisor and the container have their own. */
export interface OpenedSupervision extends Disposable {
  readonly supervisor: Supervisor;
  /** stdin, stdout and stderr of the container where it has no terminal. */
  readonly stdio: readonly [number, number, number];
  /** The writing end of its stdin. */
  readonly stdin: number | undefined;
}

/**
 * Opens what a supervisor has in hand, before there is one: nothing is left to fail once the container runs.
 *
 * @throws ENOSPC where the record of its end has no room, and other errors of open(2)
 */
export function openSupervision(options: SupervisionOptions): OpenedSupervision {
  const opened: number[] = [];
  const keep = <T extends number>(fd: T): T => {
    opened.push(fd);
    return fd;
  };
  try {
    const { directory, log, master, interactive = false, adopts, name } = options;
    const ends = master === undefined ? openEnds(keep, directory, { interactive, adopts }) : undefined;
    const supervisor = supervise({
      name,
      directory: keep(openLocked(directory)),
      exitFile: keep(makeExitFile(directory)),
      output: ends?.output ?? [master ?? -1],
      ...(log === undefined ? {} : { log: keepLog(keep, log) }),
      ...(ends?.stdin === undefined ? {} : { stdin: ends.stdin }),
      control: keep(openControl(directory)),
      cleanUp: options.cleanUp,
    });
    return {
      supervisor,
      stdio: ends?.stdio ?? [-1, -1, -1],
      stdin: ends?.stdin,
      [Symbol.dispose]: () => opened.forEach(closeFd),
    };
  } catch (error) {
    opened.forEach(closeFd);
    throw error;
  }
}

type Keep = (fd: number) => number;

interface Ends {
  readonly stdio?: readonly [number, number, number];
  readonly output: readonly number[];
  readonly stdin?: number;
}

function openEnds(
  keep: Keep,
  directory: string,
  { interactive, adopts }: { readonly interactive: boolean; readonly adopts: number | undefined },
): Ends {
  const [outPath, errPath] = [join(directory, "stdout"), join(directory, "stderr")];
  if (adopts !== undefined) return adoptEnds(keep, { paths: [outPath, errPath], pid: adopts, interactive });
  const [out, err] = [openOutput(keep, outPath), openOutput(keep, errPath)];
  const output = [out.reader, err.reader];
  if (!interactive) {
    const nothing = keep(openSync("/dev/null", O.RDONLY | O.CLOEXEC));
    return { stdio: [nothing, out.writer, err.writer], output };
  }
  const [reader, writer] = makePipe(O.CLOEXEC);
  return { stdio: [keep(reader), out.writer, err.writer], output, stdin: keep(writer) };
}

interface Adopted {
  readonly paths: readonly string[];
  readonly pid: number;
  readonly interactive: boolean;
}

/** A terminal has no FIFOs: its master went with the supervisor that had it. */
function adoptEnds(keep: Keep, { paths, pid, interactive }: Adopted): Ends {
  const output = paths.flatMap((path, index) => {
    const fd = tryOpen(path, READER) ?? tryOpenFifo(`/proc/${pid}/fd/${index + 1}`, READER);
    return fd === undefined ? [] : [keep(fd)];
  });
  // Only a pipe: what the program put there itself is no business of ours.
  const stdin = interactive ? tryOpenFifo(`/proc/${pid}/fd/0`, O.WRONLY | O.NONBLOCK | O.CLOEXEC) : undefined;
  return { output, ...(stdin === undefined ? {} : { stdin: keep(stdin) }) };
}

function tryOpenFifo(path: string, flags: number): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.isFIFO() === true ? tryOpen(path, flags) : undefined;
}

/** ENXIO: nobody reads it any more. */
function tryOpen(path: string, flags: number): number | undefined {
  try {
    return openSync(path, flags);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENXIO")) return undefined;
    throw error;
  }
}

const READER = O.RDONLY | O.NONBLOCK | O.CLOEXEC;

interface Output {
  readonly reader: number;
  readonly writer: number;
}

/**
 * A FIFO, which a supervisor that takes the place of one that was killed finds, with what is in it. The writing end can be read, too: as
 * long as the container has it, no write to it is the SIGPIPE of one whose supervisor is gone, fifo(7).
 */
function openOutput(keep: Keep, path: string): Output {
  rmSync(path, { force: true });
  makeFifo(path);
  const reader = keep(openReader(path));
  return { reader, writer: keep(openSync(path, O.RDWR | O.CLOEXEC | O.NOFOLLOW)) };
}

function openReader(path: string): number {
  return openSync(path, READER | O.NOFOLLOW);
}

/**
 * With a lock, flock(2), which the supervisor has from now on, since it has the same open file: whoever finds the directory without
 * one knows that it was killed.
 */
function openLocked(path: string): number {
  const fd = openDirectory(path);
  try {
    run([step(`lock ${path}`, [call("flock", fd, LOCK.EX)])]);
    return fd;
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}

function openDirectory(path: string): number {
  return openSync(path, O.RDONLY | O.DIRECTORY | O.CLOEXEC);
}

/** With its blocks: a full disk is to be met now. */
function makeExitFile(directory: string): number {
  const fd = openSync(join(directory, "exit.tmp"), O.RDWR | O.CREAT | O.TRUNC | O.CLOEXEC | O.NOFOLLOW, 0o600);
  try {
    writeSync(fd, Buffer.alloc(EXIT_RECORD_SIZE));
    fsyncSync(fd);
    return fd;
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}

function keepLog(
  keep: Keep,
  { directory, limits }: NonNullable<SupervisionOptions["log"]>,
): NonNullable<Supervision["log"]> {
  const { file, ...log } = openLog(directory);
  return { file: keep(file), ...log, directory: keep(openDirectory(directory)), limits };
}

/** A FIFO that has a reader and a writer, so that it is never at its end. */
function openControl(directory: string): number {
  const path = join(directory, "control");
  makeFifo(path);
  return openSync(path, O.RDWR | O.NONBLOCK | O.CLOEXEC | O.NOFOLLOW);
}
