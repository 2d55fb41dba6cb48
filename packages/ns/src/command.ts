import {
  AT_EACCESS,
  AT_FDCWD,
  CLOSE_RANGE,
  ERRNO,
  F,
  O,
  PR,
  RESOLVE,
  SIG,
  SIG_HOW,
  address,
  type Call,
  call,
  ignoring,
  type Instruction,
  into,
  openHow,
  pointer,
  type Program,
  step,
  type Step,
  tell,
  value,
  type Value,
} from "@wb/syscall";

export interface Command {
  /** The program and its arguments; a program without a slash is searched in the PATH of `env`. */
  readonly argv: readonly [string, ...string[]];
  /** What the program sees as its name. Default: the first of `argv`. */
  readonly argv0?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where it starts. Default: where the Program is by then. */
  readonly cwd?: string;
  /** Its file descriptors by number; 0, 1 and 2 should be among them. All others are closed. */
  readonly fds: Readonly<Record<number, number | Value>>;
  /** The number of the report pipe: higher than all of `fds`, and than all that the Program still needs before. */
  readonly reportFd: number;
  /** {@link closeOnExec} came before: closing may fail then, as under a seccomp filter that is older than close_range(2). */
  readonly marked?: boolean;
  /** What comes directly before its execve(2). Default: the parent is told. */
  readonly last?: Program;
  /** The Steps after its execve(2) has failed, with what -errno is in. Default: the parent is told. */
  readonly otherwise?: (errno: Value) => Program;
}

/**
 * The Steps that turn a new process into a command: they put back what Node changed for itself (ignored signals,
 * non-blocking and close-on-exec stdio), leave it only the file descriptors that it was meant to have, and execve it.
 */
export function commandSteps(command: Command): Program {
  const stdio = Object.keys(command.fds)
    .map(Number)
    .filter((fd) => fd <= 2);
  return [
    fileDescriptors(command),
    ...(stdio.length > 0 ? [blockingStdio(stdio)] : []),
    ...(command.cwd === undefined ? [] : [workingDirectory(command.cwd)]),
    defaultSignals,
    ...(command.last ?? [tell("ready")]),
    execute(command),
    ...(command.otherwise?.(value(EXECUTED)) ?? []),
  ];
}

/**
 * Everything is first duplicated above the report pipe, so that no target overwrites a source; then all below is closed
 * (CVE-2024-21626: no descriptor of the host may be open when the working directory is entered), and each copy takes its
 * number.
 */
function fileDescriptors({ fds, reportFd, marked = false }: Command): Step {
  const entries = Object.entries(fds).map(([target, source]) => ({ target: Number(target), source }));
  const copy = (index: number): number => reportFd + 1 + index;
  const close = (...args: readonly [first: number, last: number, flags: number]): Instruction => {
    const closed = call("close_range", ...args);
    return marked ? ignoring(closed) : closed;
  };
  return step("leave the command its file descriptors and no others", [
    close(reportFd + 1, LAST_FD, 0),
    ...entries.map(({ source }, index) => call("fcntl", source, F.DUPFD_CLOEXEC, copy(index))),
    close(0, reportFd - 1, 0),
    ...entries.map(({ target }, index) => call("dup3", copy(index), target, 0)),
    close(reportFd + 1, LAST_FD, CLOSE_RANGE.CLOEXEC),
  ]);
}

const LAST_FD = 0xffff_ffff;

/**
 * The Step after which execve(2) closes everything that is open by then: in `setup`, before a seccomp filter that may refuse
 * close_range(2), which Linux has since 5.9. What the command is to get is duplicated later.
 */
export const closeOnExec: Step = step("let no file descriptor reach the command by chance", [
  call("close_range", 0, LAST_FD, CLOSE_RANGE.CLOEXEC),
]);

/** Node makes what it inherits non-blocking, and O_NONBLOCK is shared with everyone who has the same open file. */
export function blockingStdio(fds: readonly number[]): Step {
  const instructions = fds.flatMap((fd): Instruction[] => [
    into("flags", call("fcntl", fd, F.GETFL)),
    call("fcntl", fd, F.SETFL, value("flags", 0, ~BigInt(O.NONBLOCK))),
  ]);
  return step("make stdio blocking", instructions);
}

/** Not through a magic link such as /proc/self/fd/7, which leads out of any root (CVE-2024-21626). */
export function workingDirectory(cwd: string): Step {
  const how = { flags: O.PATH | O.DIRECTORY | O.CLOEXEC, resolve: RESOLVE.NO_MAGICLINKS };
  return step(
    `start in ${cwd}`,
    [
      into("cwd", call("openat2", AT_FDCWD, cwd, pointer(openHow, how), openHow.size)),
      call("fchdir", value("cwd")),
      call("close", value("cwd")),
    ],
    `cd ${cwd}`,
  );
}

const LAST_SIGNAL = 64;

/** SIGKILL and SIGSTOP refuse (EINVAL); the mask is emptied last, so that what was sent meanwhile meets the default action. */
export const defaultSignals: Step = step("give every signal its default action and unblock all", [
  { assign: address("signal"), to: SIG.HUP },
  { label: "next signal" },
  ignoring(call("rt_sigaction", value("signal"), Buffer.alloc(32), null, 8), "EINVAL"),
  { assign: address("signal"), to: value("signal"), plus: 1 },
  { jump: "next signal", when: { value: "signal", lessThan: LAST_SIGNAL + 1 } },
  call("rt_sigprocmask", SIG_HOW.SETMASK, Buffer.alloc(8), null, 8),
]);

/**
 * execve(2), for each directory of the PATH if the name has no slash, as docker searches: a file that is not there or may
 * not be executed is passed over. The last call fails with ENOENT when none was found.
 */
export function execute({ argv, argv0, env, otherwise }: Pick<Command, "argv" | "argv0" | "env" | "otherwise">): Step {
  const [file] = argv;
  const args = [argv0 ?? file, ...argv.slice(1)];
  const variables = Object.entries(env).flatMap(([name, text]) => (text === undefined ? [] : [`${name}=${text}`]));
  const candidates = file.includes("/") ? [] : searchPath(env["PATH"]).map((directory) => `${directory}/${file}`);
  const last = call("execve", file.includes("/") ? file : "", args, variables);
  if (otherwise === undefined) {
    return step(`execute ${file}`, [
      ...candidates.map((path) => ignoring(call("execve", path, args, variables), ...PASSED_OVER)),
      last,
    ]);
  }
  return step(`execute ${file}`, [
    ...candidates.flatMap((path, index): Instruction[] => [
      into(EXECUTED, ignoring(call("execve", path, args, variables))),
      ...PASSED_OVER.map((code) => ({ jump: `after ${index}`, when: { value: EXECUTED, equals: -ERRNO[code] } })),
      { jump: "failed" },
      { label: `after ${index}` },
    ]),
    into(EXECUTED, ignoring(last)),
    { label: "failed" },
  ]);
}

const PASSED_OVER = ["ENOENT", "ENOTDIR", "EACCES"] as const;

/** The cell with -errno of the last execve(2). */
const EXECUTED = "executed";

/** The label of the Step that {@link findCommand} is, by which its failure is known. */
export const FIND_COMMAND = "look for the command";

/**
 * The Step that fails as {@link execute} would where the command is not there, is a directory, or may not be executed: before
 * there is a command, while somebody still hears of it.
 */
export function findCommand({ argv: [file], env }: Pick<Command, "argv" | "env">): Step {
  const isPath = file.includes("/");
  const candidates = isPath ? [file] : searchPath(env["PATH"]).map((directory) => `${directory}/${file}`);
  return step(FIND_COMMAND, [
    ...candidates.flatMap((path, index): Instruction[] => [
      // As execve(2) asks; access(2) leaves out the capabilities of who is not root. A filter may know only that one.
      into("found", ignoring(call("faccessat2", AT_FDCWD, path, X_OK, AT_EACCESS))),
      { jump: `there ${index}`, when: { value: "found", equals: 0 } },
      into("found", ignoring(access(path))),
      { jump: `not ${index}`, when: { value: "found", lessThan: 0 } },
      { label: `there ${index}` },
      into("found", ignoring(call("openat", AT_FDCWD, path, O.PATH | O.DIRECTORY | O.CLOEXEC, 0))),
      { jump: "found", when: { value: "found", lessThan: 0 } },
      call("close", value("found")),
      // EISDIR
      ...(isPath ? [call("openat", AT_FDCWD, path, O.WRONLY | O.CLOEXEC, 0)] : []),
      { label: `not ${index}` },
    ]),
    access(isPath ? file : ""),
    { label: "found" },
  ]);
}

function access(path: string): Call {
  return call("faccessat", AT_FDCWD, path, X_OK);
}

/** unistd.h */
const X_OK = 1;

/** An empty entry means the working directory, as it does for every shell. */
function searchPath(path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"): string[] {
  return path.split(":").map((directory) => (directory === "" ? "." : directory));
}

/** The Step that has the kernel kill this process when the thread that made it ends, PR_SET_PDEATHSIG(2const). */
export const dieWithParent: Step = step("die with the parent", [call("prctl", PR.SET_PDEATHSIG, SIG.KILL)]);
