import { mkdirSync, statSync, writeSync } from "node:fs";
import { openCgroup } from "@wb/cgroup";
import { SIG } from "@wb/syscall";
import { cgroupsPath, designContainer } from "../engine/container.ts";
import { type RunOptions, runOptions } from "../engine/run-options.ts";
import { cleanLeftovers, State } from "../engine/state.ts";
import { describeFlags, parseFlags } from "../flags.ts";
import { type ContainerExit, runContainer } from "../runtime/run-container.ts";
import { EXIT, UserError } from "../user-error.ts";
import { RUN_FLAGS } from "./run-flags.ts";

/** `wb run`: runs a command in a new container, and ends with its exit status. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const { flags, words } = parseFlags("run", RUN_FLAGS, args);
  if (flags.help === true) {
    writeSync(1, HELP);
    return 0;
  }
  const options = runOptions(flags, words);
  if (process.geteuid?.() !== 0)
    throw new UserError("permission denied: wb run needs root", {
      hint: "sudo wb run …; wb explain run … shows without privileges what it would do",
    });
  cleanLeftovers(removeCgroup);
  const container = designContainer(options);
  makeVolumeSources(options);
  using _state = State.claim(container.id, options.name);
  const exit = await runContainer(container.spec, {
    ...container,
    stdio: [options.interactive ? "inherit" : "ignore", "inherit", "inherit"],
    warn,
  });
  reportOutOfMemory(exit, options);
  return exit.signal === null
    ? (exit.code ?? EXIT.failure)
    : EXIT.signal + SIG[exit.signal.slice("SIG".length) as keyof typeof SIG];
}

const HELP = `Usage: wb run [FLAGS] COMMAND [ARG...]

Run a command in a new container. Flags end at the first word of the command.

${describeFlags(RUN_FLAGS)}

Examples:
  wb run --rm --net none --rootfs /:O -i bash           a shell in a copy of this machine; changes are thrown away
  wb run --rm --rootfs /srv/debian -m 256m --cpus 0.5 make
  wb run --rm -v "$PWD":/src:ro -w /src -u nobody ls
`;

function removeCgroup(id: string): void {
  const group = openCgroup(cgroupsPath(id));
  group.killSync();
  group.removeSync();
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
  writeSync(2, `wb: ${message}\n`);
}
