import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { busyboxRoot, temporaryDirectory } from "@wb/testing";
import { defaultSpec } from "../../src/oci/default-spec.ts";
import type { SpecProcess } from "../../src/oci/spec-process.ts";
import type { Spec, SpecMount } from "../../src/oci/spec.ts";
import { type Outcome, wbScript } from "./wb.ts";

/** A runtime, a root that an attacker made, and containers of it. */
export interface Target extends AsyncDisposable {
  /** Where bundles, state and logs are, on the host. */
  readonly path: string;
  /** The containers' root directory. */
  readonly rootfs: string;
  /** Runs `wb oci`; what a container inherits are files, so that nobody waits for it to close them. */
  readonly oci: (...args: readonly string[]) => Promise<Outcome>;
  /** The same, without the caller's own /dev/null, pipes or files: through a shell. */
  readonly shell: (script: string) => Promise<Outcome>;
  /** Makes a bundle with a configuration. @returns its path */
  readonly bundle: (spec: Spec) => string;
  /** Creates a container, or says why that fails. @returns its process id, undefined where it was refused */
  readonly create: (id: string, spec: Spec) => Promise<number>;
  /** Creates and starts one. */
  readonly start: (id: string, spec: Spec) => Promise<number>;
  /** What a command prints in a container that runs. */
  readonly exec: (id: string, script: string, ...flags: readonly string[]) => Promise<string>;
  /** A configuration whose process is a shell with a script. */
  readonly spec: (script: string, change?: SpecChange) => Spec;
}

export interface SpecChange {
  readonly process?: Partial<SpecProcess>;
  readonly linux?: Partial<NonNullable<Spec["linux"]>>;
  readonly mounts?: readonly SpecMount[];
  /** More mounts, behind the default ones. */
  readonly more?: readonly SpecMount[];
  readonly hooks?: Spec["hooks"];
  /** More capabilities, in the bounding, effective and permitted sets. */
  readonly add?: readonly string[];
}

export function target(): Target {
  const directory = temporaryDirectory("wb-attack-");
  const root = busyboxRoot();
  const created: string[] = [];
  const wb = [wbScript(), "oci", "--root", join(directory.path, "state")];
  let calls = 0;
  const call = async (argv: readonly string[]): Promise<Outcome> => {
    const out = join(directory.path, `${calls++}`);
    const stdio = [openSync("/dev/null", "r"), openSync(`${out}.out`, "w"), openSync(`${out}.err`, "w")];
    const [file = "", ...args] = argv;
    const child = spawn(file, args, { stdio, cwd: directory.path });
    for (const fd of stdio) closeSync(fd);
    const [status] = (await once(child, "exit")) as [number | null];
    return {
      stdout: readFileSync(`${out}.out`, "utf8"),
      stderr: readFileSync(`${out}.err`, "utf8"),
      status: status ?? undefined,
    };
  };
  const oci = (...args: readonly string[]): Promise<Outcome> => call([...wb, ...args]);
  const bundle = (spec: Spec): string => {
    const path = join(directory.path, `bundle-${calls++}`);
    mkdirSync(path);
    writeFileSync(join(path, "config.json"), JSON.stringify(spec));
    return path;
  };
  const create = async (id: string, spec: Spec): Promise<number> => {
    created.push(id);
    const outcome = await oci("create", "--bundle", bundle(spec), "--pid-file", `${id}.pid`, id);
    if (outcome.status !== 0) throw new Error(outcome.stderr);
    return Number(readFileSync(join(directory.path, `${id}.pid`), "utf8"));
  };
  return {
    path: directory.path,
    rootfs: root.path,
    oci,
    shell: (script) => call(["sh", "-c", script, "sh", ...wb]),
    bundle,
    create,
    start: async (id, spec) => {
      const pid = await create(id, spec);
      const { status, stderr } = await oci("start", id);
      if (status !== 0) throw new Error(stderr);
      return pid;
    },
    exec: async (id, script, ...flags) => {
      const { stdout, stderr } = await oci("exec", ...flags, id, "sh", "-c", script);
      return `${stdout}${stderr}`;
    },
    spec: (script, change = {}) => specOf(root.path, script, change),
    async [Symbol.asyncDispose]() {
      for (const id of created) await oci("delete", "--force", id);
      root[Symbol.dispose]();
      directory[Symbol.dispose]();
    },
  };
}

function specOf(rootfs: string, script: string, change: SpecChange): Spec {
  const spec = defaultSpec();
  const { bounding = [], effective = [], permitted = [] } = spec.process?.capabilities ?? {};
  const { add = [] } = change;
  return {
    ...spec,
    root: { path: rootfs },
    mounts: [...(change.mounts ?? spec.mounts ?? []), ...(change.more ?? [])],
    ...(change.hooks === undefined ? {} : { hooks: change.hooks }),
    process: {
      cwd: "/",
      ...spec.process,
      terminal: false,
      args: ["sh", "-c", script],
      capabilities: {
        bounding: [...bounding, ...add],
        effective: [...effective, ...add],
        permitted: [...permitted, ...add],
      },
      ...change.process,
    },
    linux: { ...spec.linux, ...change.linux },
  };
}

/** The mount that gives a root the host's programs, perl for one: their libraries are found by links. */
export function hostPrograms(rootfs: string): SpecMount {
  mkdirSync(join(rootfs, "usr"));
  for (const name of ["lib", "lib64"]) symlinkSync(`usr/${name}`, join(rootfs, name));
  return { destination: "/usr", type: "bind", source: "/usr", options: ["rbind", "ro"] };
}
