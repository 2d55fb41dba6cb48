import { text } from "node:stream/consumers";
import { enter, type Namespace, type NsProcess, spawn, type SpawnOptions, type Target } from "../../src/index.ts";

const identity = [{ inside: 0, outside: 0, count: 4_294_967_295 }];

/** A process that waits in namespaces of its own. */
export function waiting(namespaces: readonly Namespace[], options: SpawnOptions = {}): Promise<NsProcess> {
  const maps = namespaces.includes("user") ? { uidMap: identity, gidMap: identity } : {};
  return spawn(["/bin/sleep", "60"], { namespaces, stdio: "ignore", ...maps, ...options });
}

/** What a script of sh(1) prints in namespaces of a target; fails with what it says on stderr. */
export async function outputIn(
  target: Target,
  kinds: readonly Namespace[] | undefined,
  script: string,
  options: SpawnOptions = {},
): Promise<string> {
  await using child = await enter(target, kinds, ["/bin/sh", "-c", script], {
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!), child.wait()]);
  if (stderr !== "") throw new Error(stderr);
  return stdout.trim();
}
