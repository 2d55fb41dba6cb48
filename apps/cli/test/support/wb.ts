import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { newest } from "@wb/testing";
import { execa, type Options } from "execa";

const repository = join(import.meta.dirname, "../../../..");
const program = join(repository, "apps/cli/dist/wb.cjs");

/** Of this file of tests, unless it has one of its own: what is on this machine is not to be seen, nor to be changed. */
const store = mkdtempSync(join(tmpdir(), "wb-store-"));
process.env["WB_ROOT"] ??= store;
process.once("exit", () => rmSync(store, { recursive: true, force: true }));

/** The program as it is used: `./wb` of this checkout, built from the sources as they are now. */
export function wbScript(): string {
  if (!isBuilt) build();
  isBuilt = true;
  return join(repository, "wb");
}

/** What stands behind the script, for tools that want the process itself: node and the bundle. */
export function wbProgram(): readonly [node: string, program: string] {
  wbScript();
  return [join(repository, ".tools/bin/node"), program];
}

let isBuilt = false;

function build(): void {
  if (isFresh()) return;
  const cwd = join(repository, "apps/cli");
  const command = [join(repository, "tools/with-toolchain"), "pnpm", "build"];
  const { status, stdout, stderr } = spawnSync("flock", [join(repository, ".tools/build-lock"), ...command], {
    cwd,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the build failed: ${stdout}${stderr}`);
}

/** Newer than the sources, and than the checkout, or `./wb` would build and say so. */
function isFresh(): boolean {
  const changed = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const packages = readdirSync(join(repository, "packages")).map((name) => join(repository, "packages", name, "src"));
  const sources = [join(repository, "apps/cli/src"), ...packages].map(newest);
  return Math.max(...sources, changed(join(repository, ".git/logs/HEAD"))) < changed(program);
}

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  /** Undefined when a signal killed wb itself. */
  readonly status: number | undefined;
  readonly signal?: NodeJS.Signals;
}

export type WbOptions = Pick<Options, "cwd" | "env"> & { readonly input?: string };

/** A wb that runs. */
export interface Running {
  readonly pid: number;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly stdout: Readable;
  readonly outcome: Promise<Outcome>;
}

/** Runs wb to its end; its stdin is empty unless `input` is given. */
export function wb(args: readonly string[], options: WbOptions = {}): Promise<Outcome> {
  return start(args, options).outcome;
}

/**
 * What a command in a container prints, in a copy of this machine where no root is given; fails with what wb says when it does not succeed.
 */
export async function output(args: readonly string[], options: WbOptions = {}): Promise<string> {
  const root = args.includes("--rootfs") ? [] : ["--rootfs=/:O"];
  const { stdout, stderr, status } = await wb(["run", "--rm", ...root, ...args], options);
  if (status !== 0) throw new Error(`wb run ${args.join(" ")}: exit status ${status}: ${stdout}${stderr}`);
  return stdout;
}

export function start(args: readonly string[], { input, ...options }: WbOptions = {}): Running {
  const stdin = input === undefined ? { stdin: "ignore" as const } : { input };
  const running = execa(wbScript(), [...args], { ...options, ...stdin, reject: false, stripFinalNewline: false });
  const outcome = running.then(({ stdout, stderr, exitCode, signal }): Outcome => ({
    stdout,
    stderr,
    status: exitCode,
    ...(signal === undefined ? {} : { signal }),
  }));
  return { pid: running.pid ?? -1, kill: (signal) => running.kill(signal), stdout: running.stdout, outcome };
}
