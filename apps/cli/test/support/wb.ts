import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { execa, type Options, type ResultPromise } from "execa";

const repository = join(import.meta.dirname, "../../../..");
const program = join(repository, "apps/cli/dist/wb.cjs");

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
  const { status, stdout, stderr } = spawnSync("flock", [join(repository, ".tools/build-lock"), ...command], { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`the build failed: ${stdout}${stderr}`);
}

function isFresh(): boolean {
  const built = statSync(program, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const packages = readdirSync(join(repository, "packages")).map((name) => join(repository, "packages", name, "src"));
  return [join(repository, "apps/cli/src"), ...packages].every((directory) => newest(directory) < built);
}

function newest(directory: string): number {
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" });
  return Math.max(...files.map((file) => statSync(join(directory, file)).mtimeMs));
}

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | undefined;
}

type WbOptions = Options & { readonly encoding?: "utf8" };

/** Runs wb to its end; its stdin is empty unless `input` is given. */
export async function wb(args: readonly string[], options: WbOptions = {}): Promise<Outcome> {
  const { stdout, stderr, exitCode } = await start(args, options);
  return { stdout: String(stdout), stderr: String(stderr), status: exitCode };
}

/** What a command in a container prints; fails with what wb says when it does not succeed. */
export async function output(args: readonly string[], options: WbOptions = {}): Promise<string> {
  const { stdout, stderr, status } = await wb(["run", ...args], options);
  if (status !== 0) throw new Error(`wb run ${args.join(" ")}: exit status ${status}: ${stdout}${stderr}`);
  return stdout;
}

/** Starts wb; the promise is of its end, whatever that is. */
export function start(args: readonly string[], options: WbOptions = {}): ResultPromise<{ reject: false }> {
  const stdin = options.input === undefined && options.stdin === undefined ? { stdin: "ignore" as const } : {};
  const fixed = { reject: false, stripFinalNewline: false } as const;
  return execa(wbScript(), [...args], { ...stdin, ...options, ...fixed }) as ResultPromise<{ reject: false }>;
}
