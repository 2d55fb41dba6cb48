import { setInputs } from "./cells.ts";
import { closeFd } from "./close-fd.ts";
import { FAILED } from "./complaint.ts";
import type { FormatContext } from "./format.ts";
import { imageInstructions } from "./image-file.ts";
import { image } from "./image.ts";
import { interpret, load } from "./machine.ts";
import { pack } from "./pack.ts";
import {
  address,
  call,
  ignoring,
  type Integer,
  into,
  memory,
  pointer,
  type Program,
  type Step,
  step,
  type Value,
  value,
} from "./program.ts";
import { ReportReader } from "./report-reader.ts";
import { REPORT, tellFailure } from "./report.ts";
import { describeFd, errorOf, failureIn } from "./run.ts";
import { cloneArgs } from "./structs/clone-args.ts";
import { AT, F, FD, O } from "./uapi/fcntl.ts";
import { CLONE } from "./uapi/sched.ts";
import { SIG, SIG_HOW } from "./uapi/signal.ts";
import { P, W } from "./uapi/wait.ts";

export interface SpawnOptions {
  /** Namespaces to make with the process, and CLONE_PARENT: flags of clone3(2). Default 0. */
  readonly flags?: Integer;
  /** A v2 cgroup's directory to begin in: CLONE_INTO_CGROUP, since Linux 5.7. */
  readonly cgroup?: number;
  /** Values of cells before the first call. */
  readonly inputs?: Readonly<Record<string, Integer>>;
  /** File descriptors of this process that the Program uses, by the same numbers; all others that are close-on-exec are closed. */
  readonly inherit?: readonly number[];
  /** The lowest number that the report pipe may have, above those that the Program wants for the command. Default 3. */
  readonly reportAbove?: number;
  /** What ps(1) shows until the command runs. Default `wb`. */
  readonly name?: string;
  /** What the process says on its stderr when a call fails after this one has closed the report: nobody else says it then. */
  readonly unheard?: string;
}

/** A process that a Program was started in. */
export interface Child {
  readonly pid: number;
  /** Refers to the process even after its pid was given to another; close-on-exec; the caller closes it. */
  readonly pidfd: number;
  /** What the Program tells: read it to the end, or close it. */
  readonly report: ReportReader;
}

/**
 * Starts a new process that makes the calls of a Program.
 *
 * The process shares no memory with Node and has one thread, so everything works that needs that: setns(2) to a user or
 * mount namespace, unshare(2) of a user namespace. Its /proc/self/exe is a sealed memfd, until the command's execve.
 * All signals are blocked in it; a Program that ends in execve must unblock them.
 *
 * @throws SyscallError when the process could not be made; what fails in it comes from `report`
 * @example
 * const child = spawn([step("end", [call("exit_group", 7)])]);
 */
export function spawn(program: Program, options: SpawnOptions = {}): Child {
  const reportFd = Math.max(options.reportAbove ?? 3, 3, ...(options.inherit ?? []).map((fd) => fd + 1));
  const packed = pack(complete(program, options), { onError: FAILED });
  setInputs(packed.cells, packed.bytes, { ...options.inputs, [REPORT]: reportFd });
  const bytes = image(packed);
  const launch = load(pack(launchSteps(options, bytes, reportFd), { onError: FAILED }));
  const errno = interpret(launch);
  const cell = (name: string, offset = 0): number =>
    launch.memory.readInt32LE((launch.packed.cells.get(name) ?? 0) + offset);
  const [pid, pidfd, reader] = [cell("pid"), cell("pidfd"), cell("pipe")];
  if (errno !== 0) {
    // The kernel may have written the number of a pidfd that it closed again.
    abandon(pid, pid > 0 ? [pidfd, reader] : [reader]);
    throw errorOf(launch.packed, failureIn(launch.memory), { describeFd });
  }
  return { pid, pidfd, report: new ReportReader(reader, (record) => errorOf(packed, record, contextOf(options))) };
}

/** The Steps of {@link spawn} around a Program, for {@link explain}: what this process does, then what the new one does. */
export function spawnSteps(
  program: Program,
  options: LaunchOptions = {},
): { readonly launch: Program; readonly child: Program } {
  return { launch: launchSteps(options, Buffer.alloc(0), options.reportAbove ?? 3), child: complete(program, options) };
}

/** {@link SpawnOptions} of a process that is only explained: its cgroup may be a cell that an earlier Step fills. */
export type LaunchOptions = Omit<SpawnOptions, "cgroup"> & { readonly cgroup?: number | Value };

/** The Program with what every one needs: the report pipe closed by exec, and a way to tell of a failure. */
function complete(program: Program, { unheard }: LaunchOptions): Program {
  const closing = step("close the report pipe at exec", [call("fcntl", value(REPORT), F.SETFD, FD.CLOEXEC)]);
  return [closing, ...program, tellFailure(FAILED, unheard)];
}

/**
 * One table does it all in this process, and the first calls of the child too: vfork(2) lets the child run on this
 * process's memory, but the interpreter keeps nothing on the stack, so that both can be in the same table. Each reads its
 * own result of clone3 from the cell, for the child is gone from this memory before the parent goes on.
 */
function launchSteps(
  { flags = 0, cgroup, inherit = [], name = "wb" }: LaunchOptions,
  bytes: Buffer,
  reportFd: number,
): Program {
  return [
    step("block signals", [
      memory("signals", 8),
      call("rt_sigprocmask", SIG_HOW.SETMASK, ALL_SIGNALS, address("signals"), 8),
    ]),
    step("put the Program into a sealed memfd", imageInstructions(bytes)),
    step("a pipe for the report", [memory("pipe", NO_FDS), call("pipe2", address("pipe"), O.CLOEXEC)]),
    cloneStep(flags, cgroup),
    step("go on in the parent", [
      { label: "parent" },
      call("rt_sigprocmask", SIG_HOW.SETMASK, address("signals"), null, 8),
      // The child has executed it by now, vfork(2), and nobody else is to: a command named /proc/self/exe would be it.
      call("fchmod", value("image"), 0),
      call("close", value("image")),
      call("close", PIPE_WRITER),
      { jump: "end" },
    ]),
    step("exchange this memory for the Program", [
      { label: "child" },
      ...inherit.map((fd) => call("fcntl", fd, F.SETFD, 0)),
      // Both may have the very number that the report is to have.
      into("executable", call("fcntl", value("image"), F.DUPFD_CLOEXEC, reportFd + 1)),
      into("writer", call("fcntl", PIPE_WRITER, F.DUPFD_CLOEXEC, reportFd + 1)),
      call("dup3", value("writer"), reportFd, 0),
      call("execveat", value("executable"), "", [name], [], AT.EMPTY_PATH),
    ]),
    step("after a failed call", [
      { label: FAILED },
      { jump: "dead", when: { value: "pid", equals: 0 } },
      ...[value("image"), PIPE_WRITER].map((fd) => ignoring(call("close", fd))),
      call("rt_sigprocmask", SIG_HOW.SETMASK, address("signals"), null, 8),
      { jump: "end" },
      { label: "dead" },
      call("exit_group", 127),
      { label: "end" },
    ]),
  ];
}

const ALL_SIGNALS = Buffer.alloc(8, 0xff);
/** Two ints that are no file descriptors. */
const NO_FDS = Buffer.alloc(8, 0xff);
const PIPE_WRITER = value("pipe", 4, 0xffff_ffffn);

function cloneStep(flags: Integer, cgroup: number | Value | undefined): Step {
  const always = BigInt(CLONE.VM | CLONE.VFORK | CLONE.PIDFD) | BigInt(CLONE.CLEAR_SIGHAND);
  const inCgroup = cgroup === undefined ? 0n : BigInt(CLONE.INTO_CGROUP);
  const fields = {
    flags: always | BigInt(flags) | inCgroup,
    pidfd: address("pidfd"),
    // The process that CLONE_PARENT makes has this one's own exit signal, and clone3(2) takes no other.
    exit_signal: (BigInt(flags) & BigInt(CLONE.PARENT)) === 0n ? SIG.CHLD : 0,
    ...(cgroup === undefined ? {} : { cgroup }),
  };
  return step("make the process", [
    memory("pidfd", NO_FDS),
    into("pid", call("clone3", pointer(cloneArgs, fields), cloneArgs.size)),
    { jump: "child", when: { value: "pid", equals: 0 } },
  ]);
}

/** Ends what a failed launch may have left: a child that ended itself, and the file descriptors that the caller would own. */
function abandon(pid: number, fds: readonly number[]): void {
  if (pid > 0) interpret(load(pack([step("reap", [ignoring(call("waitid", P.PID, pid, null, W.EXITED, null))])])));
  for (const fd of fds) if (fd >= 0) closeFd(fd);
}

/** What is known here of the new process's cells: what was put into them; its file descriptors have this process's numbers. */
function contextOf({ inputs = {} }: SpawnOptions): FormatContext {
  return {
    cell: ({ value: name, offset = 0, mask = -1n }) => {
      const input = inputs[name];
      return input === undefined || offset !== 0 ? undefined : BigInt(input) & mask;
    },
    describeFd,
  };
}
