import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempDisposableSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { cgroupTrees } from "./cgroup-trees.ts";
import { makeGroups } from "./groups.ts";
import { machineScript } from "./machine-script.ts";

export interface Sandbox {
  /** The command in it, given the directory that is removed in the end. */
  readonly command: (place: string) => readonly string[];
  readonly v1: boolean;
  readonly signal: AbortSignal;
}

/**
 * Runs a command where engines can do what they like: in new mount, network, PID, IPC, UTS and cgroup namespaces, so that their
 * mounts, links, firewall rules, processes and groups end with it. Returns its exit status, and undefined when it was stopped.
 */
export async function runInSandbox({ command, v1, signal }: Sandbox): Promise<number | undefined> {
  using place = mkdtempDisposableSync(join(tmpdir(), "wb-engines-"));
  chmodSync(place.path, 0o711); // containers of other users look for their root below it
  const all = cgroupTrees(readFileSync("/proc/self/mountinfo", "utf8"));
  const trees = v1 ? all.filter(({ type }) => type === "cgroup") : all;
  using groups = makeGroups(trees, basename(place.path));
  const script = join(place.path, "machine.sh");
  writeFileSync(script, machineScript(trees));

  const enter =
    'for group in $GROUPS_OF_ENGINES; do echo $$ >"$group/cgroup.procs" || exit; done; unset GROUPS_OF_ENGINES; exec "$@"';
  const argv = ["sh", "-c", enter, "sh", ...UNSHARE, "sh", script, ...command(place.path)];
  const [program = "", ...args] = argv;
  const env = { ...process.env, TMPDIR: place.path, GROUPS_OF_ENGINES: groups.paths.join(" ") };
  const child = spawn(program, args, { env, stdio: ["ignore", "inherit", "inherit"] });
  // unshare --kill-child: process 1 of the namespace goes with it, and all others with that.
  const stop = (): boolean => child.kill("SIGKILL");
  signal.addEventListener("abort", stop, { once: true });
  const [status] = (await once(child, "exit")) as [number | null];
  signal.removeEventListener("abort", stop);
  return status ?? undefined;
}

const UNSHARE = [
  "unshare",
  ..."mount net pid ipc uts cgroup fork mount-proc".split(" ").map((name) => `--${name}`),
  "--kill-child",
];
