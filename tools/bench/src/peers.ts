import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Spec } from "../../../apps/cli/src/oci/spec.ts";
import { byChildProcess, type Contender, type Job, type Runner, type Start } from "./contender.ts";
import { dockerLike } from "./docker-like.ts";
import { runcSpec } from "./runc-spec.ts";

/** Where the measurement has its files: the container's root and a place for bundles. */
export interface Places {
  readonly root: string;
  readonly scratch: string;
  /** How programs are started. Default: {@link byChildProcess}. */
  readonly start?: Start;
}

/** `runc run` with what `runc spec` writes, for another root and without a terminal. */
export function runcMinimal(places: Places): Contender {
  return {
    name: "runc run",
    how: "runc run, config.json as `runc spec` writes it (terminal false)",
    prepare: (job) => runc(places, job, runcSpec(places.root, job.argv)),
  };
}

/** `runc run` with the very config.json that `wb run` makes of its command line. */
export function runcEqual(places: Places): Contender {
  return {
    name: "runc run, as wb",
    how: "runc run, config.json as `wb run --net none -m 64m` makes it",
    prepare: (job) => runc(places, job, dockerLike(places.root, job.argv).spec),
  };
}

let bundles = 0;

function runc({ scratch, start = byChildProcess }: Places, job: Job, spec: Spec | object): Runner {
  const id = `wb-bench-${process.pid}-${++bundles}`;
  const bundle = join(scratch, id);
  mkdirSync(bundle);
  writeFileSync(join(bundle, "config.json"), JSON.stringify(spec));
  return start(["runc", "--root", join(scratch, "runc"), "run", "--bundle", bundle, id], job);
}

/** The form of bwrap(1)'s own example: a root, /proc, /dev and a pid namespace. */
export function bwrapMinimal(places: Places): Contender {
  return commandLine(places, "bwrap", [
    "bwrap",
    "--bind",
    places.root,
    "/",
    "--proc",
    "/proc",
    "--dev",
    "/dev",
    "--unshare-pid",
  ]);
}

/** All that bwrap offers: every namespace, no capabilities; the command is pid 1, without bwrap's own init. */
export function bwrapEqual(places: Places): Contender {
  const namespaces = ["ipc", "pid", "net", "uts", "cgroup"].map((name) => `--unshare-${name}`);
  const mounts = ["--bind", places.root, "/", "--proc", "/proc", "--dev", "/dev"];
  return commandLine(places, "bwrap, everything", [
    "bwrap",
    ...namespaces,
    "--as-pid-1",
    ...mounts,
    "--cap-drop",
    "ALL",
  ]);
}

export function unshareMinimal(places: Places): Contender {
  return commandLine(places, "unshare", [
    "unshare",
    "--mount",
    "--pid",
    "--fork",
    `--root=${places.root}`,
    "--mount-proc",
  ]);
}

export function unshareEqual(places: Places): Contender {
  const namespaces = ["--mount", "--uts", "--ipc", "--net", "--pid", "--fork", "--cgroup"];
  return commandLine(places, "unshare, everything", [
    "unshare",
    ...namespaces,
    `--root=${places.root}`,
    "--mount-proc",
  ]);
}

/** What starting any process from Node costs: part of every peer's time. */
export function nothing({ root, start = byChildProcess }: Places): Contender {
  const busybox = join(root, "bin/busybox");
  return { name: "busybox true", how: "no container", prepare: (job) => start([busybox, "true"], job) };
}

/** What starting Node costs: part of every `./wb run`. */
export const nodeAlone: Contender = {
  name: "node -e 0",
  how: "Node, and nothing in it",
  prepare: (job) => byChildProcess([process.execPath, "-e", "0"], job),
};

function commandLine(
  { start = byChildProcess }: Places,
  name: string,
  words: readonly [string, ...string[]],
): Contender {
  return { name, how: words.join(" "), prepare: (job) => start([...words, ...job.argv], job) };
}
