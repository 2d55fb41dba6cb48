import { once } from "node:events";
import { readFileSync } from "node:fs";
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import {
  type Child,
  ERRNO,
  MFD,
  PR,
  SIG,
  call,
  into,
  isSyscallError,
  run,
  runInChild,
  spawn,
  step,
  tell,
  waitFor,
} from "../../src/index.ts";
import { exit, finish, openFds, release, sendSignal, sleepAndExit, waitForever, waiting } from "./children.ts";
import { makeFail } from "./errno-filter.ts";

/** What a Worker can be started for. */
export type Task =
  | "runInChild"
  | "runInNoChild"
  | "spawn"
  | "spawnDying"
  | "spawnWithoutMfdExec"
  | "wait"
  | "waitAdded"
  | "waitForMany"
  | "waitForOne";

const tasks: Readonly<Record<Task, () => Promise<unknown>>> = {
  async runInChild() {
    const warnings = collectWarnings();
    const made = runInChild([step("whose child am I", [into("parent", call("getppid"))])]);
    const refused = expectError(() => runInChild([step("fail", [call("close", -1)])]));
    await new Promise(setImmediate);
    return { parent: made.number("parent"), refused, warnings };
  },

  /** As when there are too many processes; the filter is this thread's alone. */
  async runInNoChild() {
    run([makeFail("clone3", ERRNO.EAGAIN)]);
    const refused = expectError(() => runInChild([]));
    const status = readFileSync("/proc/thread-self/status", "utf8");
    return { refused, blocked: [...status.matchAll(/^SigBlk:\t(.*)$/gmu)].map(([, mask]) => mask) };
  },

  async spawn() {
    const warnings = collectWarnings();
    const { status, messages } = await finish(spawn([tell("ready"), exit(7)]));
    expectError(() => spawn([], { inherit: [1 << 20] }));
    await new Promise(setImmediate);
    return { status, messages: messages.map(({ message }) => message), warnings };
  },

  /** On a kernel before 6.3; the filter is this thread's alone. */
  async spawnWithoutMfdExec() {
    run([makeFail("memfd_create", 22, { argument: 1, bits: MFD.EXEC })]);
    const refused = expectError(() => run([step("test", [call("memfd_create", "x", MFD.EXEC)])]));
    const { status } = await finish(spawn([exit(7)]));
    return { refused, status };
  },

  async wait() {
    const warnings = collectWarnings();
    const killed = spawn([waitForever]);
    const children = [...[0, 1, 2].map((code) => spawn(sleepAndExit(30 - 10 * code, code))), killed];
    sendSignal(killed, SIG.KILL);
    const statuses = await Promise.all(children.map(({ pidfd }) => waitFor(pidfd)));
    const twice = spawn(sleepAndExit(20, 4));
    const same = await Promise.all([waitFor(twice.pidfd), waitFor(twice.pidfd)]);
    const refused = await waitFor(twice.pidfd).catch((error: unknown) => (isSyscallError(error) ? error.code : error));
    for (const child of [...children, twice]) await release(child);
    return { statuses, same, refused, warnings };
  },

  async waitAdded() {
    const rounds: { first: number; added: number }[] = [];
    for (let round = 0; round < 5; round++) {
      const begin = performance.now();
      const measure = async (child: Child): Promise<number> => {
        await waitFor(child.pidfd);
        const time = performance.now() - begin;
        await release(child);
        return time;
      };
      const first = measure(spawn(sleepAndExit(150, 0)));
      // Its poll has begun then.
      await new Promise((resolve) => setTimeout(resolve, 20));
      const added = measure(spawn(sleepAndExit(10, 0)));
      rounds.push({ first: await first, added: await added });
    }
    return {
      first: Math.min(...rounds.map(({ first }) => first)),
      added: Math.min(...rounds.map(({ added }) => added)),
    };
  },

  async waitForMany() {
    const before = openFds().length;
    const children = Array.from({ length: 20 }, () => spawn([waitForever]));
    const waits = children.map(({ pidfd }) => waitFor(pidfd));
    post("waiting");
    await once(parentPort as NonNullable<typeof parentPort>, "message");
    for (const child of children) sendSignal(child, SIG.KILL);
    const ended = (await Promise.all(waits)).length;
    for (const child of children) await release(child);
    parentPort?.unref();
    return { ended, fds: openFds().length - before };
  },

  async spawnDying() {
    const die = step("die with the parent", [call("prctl", PR.SET_PDEATHSIG, SIG.KILL)]);
    const { pid, pidfd, report } = await waiting([die]);
    report.close();
    return { pid, pidfd };
  },

  async waitForOne() {
    const { pid, pidfd, report } = spawn([waitForever]);
    report.close();
    post({ pid, pidfd });
    await waitFor(pidfd);
    return undefined;
  },
};

if (!isMainThread) {
  const result = await tasks[workerData as Task]();
  post(result);
}

function expectError(what: () => unknown): string {
  try {
    what();
  } catch (error) {
    if (isSyscallError(error)) return error.code;
    throw error;
  }
  return "no error";
}

function collectWarnings(): readonly string[] {
  const warnings: string[] = [];
  process.on("warning", ({ message }) => warnings.push(message));
  return warnings;
}

function post(message: unknown): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a Worker's parent, not a window
  parentPort?.postMessage(message);
}
