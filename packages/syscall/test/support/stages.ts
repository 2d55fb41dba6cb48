import { readFileSync, writeFileSync, writeSync } from "node:fs";
import { closeFd } from "../../src/close-fd.ts";
import {
  type Child,
  type Message,
  type Program,
  type SpawnOptions,
  type Step,
  CLONE,
  address,
  call,
  cloneArgs,
  into,
  memory,
  pointer,
  run,
  spawn,
  step,
  tell,
  value,
  waitFor,
} from "../../src/index.ts";
import { type Captured, commandSteps, end, makePipe, memoryFile } from "./children.ts";

/** The cell `go` is a pipe, in which the parent writes a byte each time that it is waited for. */
const readByte = step("wait for the parent", [memory("byte", 8), call("read", value("go"), address("byte"), 1)]);

/** Steps that tell the parent, and wait until it has done its part. */
export const waitForParent: Program = [tell("waiting"), readByte];

/**
 * Steps that hand the Program on to a second process, a child of this one's parent, in more namespaces. It waits until the
 * parent knows it.
 */
export function successor(flags: number): Program {
  return [
    step("make the process that goes on", [
      into("successor", call("clone3", pointer(cloneArgs, { flags: CLONE.PARENT + flags }), cloneArgs.size)),
      { jump: "go on", when: { value: "successor", equals: 0 } },
    ]),
    tell("successor", "successor"),
    step("end the first stage", [call("exit_group", 0), { label: "go on" }]),
    readByte,
  ];
}

export const becomeRoot: Step = step("become root", [
  call("setgroups", 0, null),
  call("setresgid", 0, 0, 0),
  call("setresuid", 0, 0, 0),
]);

export interface StagesOptions extends SpawnOptions {
  /** What the parent does when it is waited for. */
  readonly onWaiting?: (pid: number) => void;
}

/** The last stage of a Program, which is killed at the end of the block that declares it. */
export interface Staged extends Child, AsyncDisposable {
  readonly messages: readonly Message[];
}

/** Starts a Program of one or two stages, and follows it until it is ready. */
export async function startStages(program: Program, options: StagesOptions = {}): Promise<Staged> {
  const go = makePipe();
  let child: Child = spawn(program, {
    ...options,
    inherit: [...(options.inherit ?? []), go.reader],
    inputs: { ...options.inputs, go: go.reader },
  });
  const { report } = child;
  const messages: Message[] = [];
  try {
    for (let next = await report.next(); next !== undefined; next = await report.next()) {
      messages.push(next);
      if (next.message === "ready") break;
      if (next.message === "successor") child = await follow(child, next.value);
      else options.onWaiting?.(child.pid);
      writeSync(go.writer, "g");
    }
    return { ...child, messages, [Symbol.asyncDispose]: () => end(child) };
  } catch (error) {
    await end(child);
    throw error;
  } finally {
    closeFd(go.reader);
    closeFd(go.writer);
  }
}

async function follow({ pidfd, report }: Child, pid: number): Promise<Child> {
  const successorFd = openPidfd(pid);
  await waitFor(pidfd);
  closeFd(pidfd);
  return { pid, pidfd: successorFd, report };
}

/** Runs a command after Steps of one or two stages, and waits for it; its output is the cell `out` from the beginning. */
export async function captureStages(
  setup: Program,
  argv: readonly string[],
  options: StagesOptions = {},
): Promise<Captured> {
  const out = memoryFile();
  try {
    await using staged = await startStages([...setup, tell("ready"), ...commandSteps(argv)], {
      ...options,
      inherit: [...(options.inherit ?? []), out],
      inputs: { ...options.inputs, out },
    });
    const { messages, report, pidfd } = staged;
    await report.next();
    return { status: await waitFor(pidfd), messages, stdout: readFileSync(`/proc/self/fd/${out}`, "utf8") };
  } finally {
    closeFd(out);
  }
}

function openPidfd(pid: number): number {
  return run([step("refer to a process", [into("pidfd", call("pidfd_open", pid, 0))])]).number("pidfd");
}

/** Maps the ids of a user namespace that a process is in: all lines of uid_map and of gid_map. */
export function writeIdMaps(pid: number, map: string): void {
  writeFileSync(`/proc/${pid}/uid_map`, map);
  writeFileSync(`/proc/${pid}/gid_map`, map);
}
