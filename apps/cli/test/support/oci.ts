import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { busyboxRoot, leavesHostUnchanged, temporaryDirectory } from "@wb/testing";
import { afterAll, afterEach, beforeAll } from "vitest";
import { defaultSpec } from "../../src/oci/default-spec.ts";
import type { Spec } from "../../src/oci/spec.ts";
import { type Outcome, wbScript } from "./wb.ts";

export interface CallOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
  /** Descriptors that the runtime gets from 3 on. */
  readonly fds?: readonly number[];
}

/** A runtime with a directory for its state, and bundles on one root. */
export interface Bench extends Disposable {
  readonly path: string;
  /** The container's root directory. */
  readonly rootfs: string;
  /** What a bundle has where nothing else is said. */
  readonly spec: Spec;
  /** Makes a bundle. @returns its path */
  readonly bundle: (change?: Partial<Spec>, name?: string) => string;
  /** Runs `wb oci`, or `runc`. What a container inherits are files: nobody waits for it to close them. */
  readonly call: (args: readonly string[], options?: CallOptions) => Promise<Outcome>;
  readonly runc: (args: readonly string[], options?: CallOptions) => Promise<Outcome>;
}

export function ociBench(): Bench {
  const directory = temporaryDirectory("wb-oci-");
  const root = busyboxRoot();
  let calls = 0;
  const call = async (argv: readonly string[], { input, fds = [], ...options }: CallOptions): Promise<Outcome> => {
    const files = ["in", "out", "err"].map((name) => join(directory.path, `${calls}.${name}`));
    calls++;
    const [stdin = "", stdout = "", stderr = ""] = files;
    writeFileSync(stdin, input ?? "");
    const stdio = [openSync(stdin, "r"), openSync(stdout, "w"), openSync(stderr, "w")];
    const [file = "", ...args] = argv;
    const env = { ...process.env, ...options.env };
    const child = spawn(file, args, { stdio: [...stdio, ...fds], env, cwd: options.cwd ?? directory.path });
    for (const fd of stdio) closeSync(fd);
    const [status, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    return {
      stdout: readFileSync(stdout, "utf8"),
      stderr: readFileSync(stderr, "utf8"),
      status: status ?? undefined,
      ...(signal === null ? {} : { signal }),
    };
  };
  return {
    path: directory.path,
    rootfs: root.path,
    spec: plain(),
    bundle: (change = {}, name = "bundle") => {
      const path = join(directory.path, name);
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, "config.json"), JSON.stringify(specOf(root.path, change)));
      return path;
    },
    call: (args, options = {}) => call([wbScript(), "oci", "--root", join(directory.path, "state"), ...args], options),
    runc: (args, options = {}) => call(["runc", "--root", join(directory.path, "runc"), ...args], options),
    [Symbol.dispose]: () => {
      root[Symbol.dispose]();
      directory[Symbol.dispose]();
    },
  };
}

/** A bench for the tests of a file, each of which leaves the host as it was once the container `id` is deleted. */
export function useOciBench(id: string, set: (bench: Bench) => void): void {
  let bench: Bench;
  beforeAll(() => {
    bench = ociBench();
    set(bench);
  });
  afterAll(() => bench[Symbol.dispose]());
  leavesHostUnchanged();
  afterEach(async () => {
    await bench.call(["delete", "--force", id]);
  });
}

/** A configuration that runs `sh -c TEXT` without a terminal. */
export function shell(text: string): Partial<Spec> {
  return { process: { ...plain().process, cwd: "/", args: ["sh", "-c", text] } };
}

function specOf(rootfs: string, change: Partial<Spec>): Spec {
  return { ...plain(), ociVersion: "1.0.2", root: { path: rootfs }, ...change };
}

function plain(): Spec {
  const spec = defaultSpec();
  const { process } = spec;
  return {
    ...spec,
    ...(process === undefined ? {} : { process: { ...process, terminal: false, args: ["sleep", "1000"] } }),
  };
}

/** The message of the last error that was logged as text. */
export function logged({ stderr }: Outcome): string {
  const text = /level=error msg=("(?:[^"\\]|\\.)*")\s*$/.exec(stderr.trimEnd())?.[1];
  return text === undefined ? stderr : String(JSON.parse(text));
}
