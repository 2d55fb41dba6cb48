import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Spec } from "../../../apps/cli/src/oci/spec.ts";
import { type Contender, type Job, program, type Runner } from "./contender.ts";
import { dockerLike } from "./docker-like.ts";
import { runcSpec } from "./runc-spec.ts";

/** Where the measurement has its files: the container's root and a place for bundles. */
export interface Places {
  readonly root: string;
  readonly scratch: string;
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

function runc({ scratch }: Places, job: Job, spec: Spec | object): Runner {
  const id = `wb-bench-${process.pid}-${++bundles}`;
  const bundle = join(scratch, id);
  mkdirSync(bundle);
  writeFileSync(join(bundle, "config.json"), JSON.stringify(spec));
  return program(["runc", "--root", join(scratch, "runc"), "run", "--bundle", bundle, id], job);
}

/** The form of bwrap(1)'s own example: a root, /proc, /dev and a pid namespace. */
export function bwrapMinimal({ root }: Places): Contender {
  return commandLine("bwrap", ["bwrap", "--bind", root, "/", "--proc", "/proc", "--dev", "/dev", "--unshare-pid"]);
}

/** All that bwrap offers: every namespace, no capabilities; the command is pid 1, without bwrap's own init. */
export function bwrapEqual({ root }: Places): Contender {
  const namespaces = ["ipc", "pid", "net", "uts", "cgroup"].map((name) => `--unshare-${name}`);
  const mounts = ["--bind", root, "/", "--proc", "/proc", "--dev", "/dev"];
  return commandLine("bwrap, everything", ["bwrap", ...namespaces, "--as-pid-1", ...mounts, "--cap-drop", "ALL"]);
}

export function unshareMinimal({ root }: Places): Contender {
  return commandLine("unshare", ["unshare", "--mount", "--pid", "--fork", `--root=${root}`, "--mount-proc"]);
}

export function unshareEqual({ root }: Places): Contender {
  const namespaces = ["--mount", "--uts", "--ipc", "--net", "--pid", "--fork", "--cgroup"];
  return commandLine("unshare, everything", ["unshare", ...namespaces, `--root=${root}`, "--mount-proc"]);
}

/** What starting any process from Node costs: part of every peer's time. */
export function nothing({ root }: Places): Contender {
  const busybox = join(root, "bin/busybox");
  return { name: "busybox true", how: "no container", prepare: (job) => program([busybox, "true"], job) };
}

/** What starting Node costs: part of every `./wb run`. */
export const nodeAlone: Contender = {
  name: "node -e 0",
  how: "Node, and nothing in it",
  prepare: (job) => program([process.execPath, "-e", "0"], job),
};

function commandLine(name: string, words: readonly string[]): Contender {
  return { name, how: words.join(" "), prepare: (job) => program([...words, ...job.argv], job) };
}
