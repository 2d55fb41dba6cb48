import { fstatSync, mkdirSync, statSync, writeSync } from "node:fs";
import { openCgroup } from "@wb/cgroup";
import { CommandError } from "@wb/ns";
import { isErrno, SIG } from "@wb/syscall";
import { cgroupsPath, designContainer } from "../engine/container.ts";
import { openRootfs } from "../engine/rootfs-source.ts";
import { type RunOptions, runOptions } from "../engine/run-options.ts";
import { cleanLeftovers, State } from "../engine/state.ts";
import { parseFlags } from "../flags.ts";
import { messageOf } from "../report-error.ts";
import { isTerminal } from "../runtime/caller-terminal.ts";
import { outputFor } from "../runtime/copy-output.ts";
import { type ContainerExit, runContainer } from "../runtime/run-container.ts";
import { EXIT, UserError } from "../user-error.ts";
import { writeAll } from "../write-all.ts";
import { notFoundHint, UNSUPPORTED } from "./docker-habits.ts";
import { RUN_FLAGS, RUN_HELP } from "./run-flags.ts";

/** `wb run`: runs a command in a new container, and ends with its exit status. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const { flags, words } = parseFlags("run", RUN_FLAGS, args, UNSUPPORTED);
  if (flags.help === true) {
    writeAll(RUN_HELP);
    return 0;
  }
  const options = runOptions(flags, words);
  if (process.geteuid?.() !== 0)
    throw new UserError("permission denied: wb run needs root", {
      hint: "sudo wb run …; wb explain run … shows without privileges what it would do",
    });
  if (options.tty && options.interactive && !isTerminal(0))
    throw new UserError("the input device is not a TTY", { hint: "leave -t away, or -i" });
  refuseDirectories(options.interactive ? [0, 1, 2] : [1, 2]);
  cleanLeftovers(removeCgroup);
  using root = await openRootfs(options.rootfs);
  const container = designContainer(options, root);
  makeVolumeSources(options);
  using _state = State.claim(container.id, options.name, container.paths.group);
  const exit = await runContainer(container.spec, {
    ...container,
    interactive: options.interactive,
    // With -i the terminal is the command's to read in any case.
    stdio: options.interactive ? "inherit" : ["ignore", outputFor(1), outputFor(2)],
    warn,
  }).catch((error: unknown) => {
    throw withHint(error, { rootfsGiven: flags.rootfs !== undefined });
  });
  reportOutOfMemory(exit, options);
  return exit.signal === null
    ? (exit.code ?? EXIT.failure)
    : EXIT.signal + SIG[exit.signal.slice("SIG".length) as keyof typeof SIG];
}

/** From an open directory of the host the command could walk to its root (CVE-2024-21626). */
function refuseDirectories(fds: readonly number[]): void {
  const isDirectory = (fd: number): boolean => {
    try {
      return fstatSync(fd).isDirectory();
    } catch {
      // Closed.
      return false;
    }
  };
  const found = fds.find(isDirectory);
  if (found === undefined) return;
  throw new UserError(`${["stdin", "stdout", "stderr"][found]} is a directory`, {
    hint: "the command would have it open: -v DIR:DST shows a directory in the container",
  });
}

function withHint(error: unknown, given: { readonly rootfsGiven: boolean }): unknown {
  if (!(error instanceof CommandError) || error.code !== "ENOENT") return error;
  const hint = notFoundHint(error.command, given);
  return new UserError(error.message, { hint, exitStatus: EXIT.notFound, cause: error });
}

/** What cannot be ended (a process in an uninterruptible call) must not stand in the way of others: its state stays. */
function removeCgroup(id: string): boolean {
  try {
    const group = openCgroup(cgroupsPath(id));
    group.killSync();
    group.removeSync();
    return true;
  } catch (error) {
    warn(`what a killed wb left of the container ${id.slice(0, 12)} cannot be removed: ${messageOf(error)}`);
    return false;
  }
}

/** Docker makes a directory for a bind mount's source that is not there. */
function makeVolumeSources({ volumes }: RunOptions): void {
  for (const { source } of volumes) {
    if (statSync(source, { throwIfNoEntry: false }) === undefined) mkdirSync(source, { recursive: true });
  }
}

function reportOutOfMemory({ stats }: ContainerExit, { memory }: RunOptions): void {
  const killed = stats.memory?.oomKill ?? 0;
  if (killed === 0) return;
  const limit = memory === undefined ? "" : ` (limit ${memory} bytes)`;
  warn(
    `out of memory: the kernel killed ${killed === 1 ? "a process" : `${killed} processes`} of this container${limit}`,
  );
}

function warn(message: string): void {
  try {
    writeSync(2, `wb: ${message}\n`);
  } catch (error) {
    // Nobody is there to be told: the container goes on without that.
    if (!isErrno(error, "EIO", "EPIPE", "EAGAIN")) throw error;
  }
}
