import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { type Namespace, spawn } from "@wb/ns";
import type { Program } from "@wb/syscall";

/** What a command prints that was started after some Steps; fails with what it says on stderr. */
export async function outputOf(
  argv: readonly [string, ...string[]],
  setup: Program,
  namespaces: readonly Namespace[] = [],
): Promise<string> {
  const child = await spawn(argv, { setup, namespaces, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, { code }] = await Promise.all([text(child.stdout!), text(child.stderr!), child.wait()]);
  if (code !== 0) throw new Error(`${argv.join(" ")}: exit status ${code}: ${stderr}`);
  return stdout;
}

/** Does something while a command runs that has printed a line. */
export async function withLine(
  argv: readonly [string, ...string[]],
  setup: Program,
  act: (line: string) => Promise<void>,
): Promise<void> {
  await using child = await spawn(argv, { setup, stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  await act(line.toString());
}

/** What a peer prints: the command that it runs is the last of its arguments. */
export function outputOfPeer(argv: readonly [string, ...string[]], options: { readonly cwd?: string } = {}): string {
  const [command, ...args] = argv;
  const { stdout, stderr, status, error } = spawnSync(command, args, {
    ...options,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${argv.join(" ")}: exit status ${status}: ${stderr}`);
  return stdout;
}

/** The lines of a /proc/pid/status about credentials. */
export function credentials(status: string): string[] {
  return status.split("\n").filter((line) => /^(Uid|Gid|Groups|Cap\w+|NoNewPrivs):/u.test(line));
}
