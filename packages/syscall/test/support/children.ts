import { readdirSync, readFileSync } from "node:fs";
import { closeFd } from "../../src/close-fd.ts";
import {
  type Child,
  type ExitStatus,
  type Integer,
  type Message,
  type Program,
  type SpawnOptions,
  type Step,
  MFD,
  O,
  SIG_HOW,
  address,
  call,
  ignoring,
  into,
  memory,
  pointer,
  run,
  spawn,
  step,
  tell,
  timespec,
  value,
  waitFor,
} from "../../src/index.ts";

/** How a child ended, and what it told before. */
export interface Finished {
  readonly status: ExitStatus;
  readonly messages: readonly Message[];
}

/** Reads the report to its end and waits; nothing is left of the child, also when its report tells of a failed call. */
export async function finish(child: Child): Promise<Finished> {
  try {
    const messages: Message[] = [];
    for (let next = await child.report.next(); next !== undefined; next = await child.report.next())
      messages.push(next);
    return { status: await waitFor(child.pidfd), messages };
  } finally {
    await release(child);
  }
}

/** Waits for a child that is ending by itself, and closes what belongs to it. */
export async function release({ pidfd, report }: Child): Promise<void> {
  report.close();
  await waitFor(pidfd).catch(() => undefined);
  closeFd(pidfd);
}

/** Kills a child, waits, and closes what belongs to it. */
export async function end(child: Child): Promise<void> {
  sendSignal(child, 9);
  await release(child);
}

export function sendSignal({ pidfd }: Child, signal: number): void {
  run([step("send a signal", [ignoring(call("pidfd_send_signal", pidfd, signal, null, 0), "ESRCH")])]);
}

/** A process that waits until it is killed, which the end of the block that declares it does. */
export interface Waiting extends Child, AsyncDisposable {}

/** Starts a process that has made some Steps and waits. */
export async function waiting(setup: Program = [], options: SpawnOptions = {}): Promise<Waiting> {
  const child = spawn([...setup, tell("waiting"), waitForever], options);
  try {
    await child.report.next();
    return { ...child, [Symbol.asyncDispose]: () => end(child) };
  } catch (error) {
    await end(child);
    throw error;
  }
}

export const waitForever: Step = step("wait", [
  { label: "forever" },
  ignoring(call("ppoll", null, 0, null, null, 8)),
  { jump: "forever" },
]);

export interface CaptureOptions extends SpawnOptions {
  readonly env?: readonly string[];
  /** Of stdout. Default `utf8`; `latin1` keeps every byte. */
  readonly encoding?: "utf8" | "latin1";
}

export interface Captured extends Finished {
  readonly stdout: string;
}

/** Runs a command in a new process after some Steps; its stdout and stderr are the cell `out` from the beginning. */
export async function capture(
  setup: Program,
  argv: readonly string[],
  options: CaptureOptions = {},
): Promise<Captured> {
  return captureOutput([...setup, ...commandSteps(argv, options.env)], options);
}

/** The same for a Program that writes to the cell `out` itself. */
export async function captureOutput(program: Program, options: CaptureOptions = {}): Promise<Captured> {
  const { encoding = "utf8" } = options;
  const out = memoryFile();
  try {
    const child = spawn(program, {
      ...options,
      inherit: [...(options.inherit ?? []), out],
      inputs: { ...options.inputs, out },
    });
    const finished = await finish(child);
    return { ...finished, stdout: readFileSync(`/proc/self/fd/${out}`, encoding) };
  } finally {
    closeFd(out);
  }
}

export function commandSteps(argv: readonly string[], env: readonly string[] = ["PATH=/usr/bin:/bin"]): Program {
  const [path = ""] = argv;
  return [
    step("stdout and stderr", [call("dup3", value("out"), 1, 0), call("dup3", value("out"), 2, 0)]),
    unblockSignals,
    step("execute the command", [call("execve", path, argv, env)]),
  ];
}

export const unblockSignals: Step = step("unblock signals", [
  call("rt_sigprocmask", SIG_HOW.SETMASK, Buffer.alloc(8), null, 8),
]);

export function exit(status: Integer): Step {
  return step("end", [call("exit_group", status)]);
}

/** A Program that waits some ms and ends. */
export function sleepAndExit(ms: number, status: number): Program {
  const time = pointer(timespec, { tv_sec: Math.floor(ms / 1000), tv_nsec: (ms % 1000) * 1_000_000 });
  return [step("sleep", [call("nanosleep", time, null)]), exit(status)];
}

/** An empty file that has no name. */
export function memoryFile(): number {
  return run([step("a file", [into("file", call("memfd_create", "test", MFD.CLOEXEC))])]).number("file");
}

/** A pipe whose ends are close-on-exec. */
export function makePipe(): { readonly reader: number; readonly writer: number } {
  const made = run([step("a pipe", [memory("pipe", 8), call("pipe2", address("pipe"), O.CLOEXEC)])]).bytes("pipe", 8);
  return { reader: made.readInt32LE(0), writer: made.readInt32LE(4) };
}

/** Those that a new process has too. */
export function inheritedFds(): number[] {
  const isInherited = (fd: string): boolean => {
    try {
      const flags = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1] ?? "";
      return (Number.parseInt(flags, 8) & O.CLOEXEC) === 0;
    } catch {
      return false; // that of the directory
    }
  };
  return openFds().filter(isInherited).map(Number);
}

/** The file descriptors that this process has open. */
export function openFds(): string[] {
  return readdirSync("/proc/self/fd").toSorted();
}
