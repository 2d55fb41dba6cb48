import { text } from "node:stream/consumers";
import { spawn, type SpawnOptions } from "../../src/index.ts";

/** What a command prints that `spawn()` started; fails with what it says on stderr. */
export async function outputOf(
  argv: readonly [string, ...string[]],
  options: Omit<SpawnOptions, "stdio"> = {},
): Promise<string> {
  await using child = await spawn(argv, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, status] = await Promise.all([text(child.stdout!), text(child.stderr!), child.wait()]);
  if (status.code !== 0) throw new Error(`${argv.join(" ")}: ${JSON.stringify(status)}: ${stderr}`);
  return stdout.trim();
}

/** The same for a script of sh(1). */
export function outputOfShell(script: string, options: Omit<SpawnOptions, "stdio"> = {}): Promise<string> {
  return outputOf(["/bin/sh", "-c", script], options);
}
