import { text } from "node:stream/consumers";
import { spawn, type SpawnOptions } from "@wb/ns";
import type { Program } from "@wb/syscall";
import {
  type MountInfo,
  openRoot,
  parseMountinfo,
  privatePropagation,
  switchRoot,
  type SwitchRootOptions,
} from "../../src/index.ts";

/** What a script of sh(1) prints in a container whose root a test made; fails with what it says on stderr. */
export function outputInContainer(
  root: string,
  script: string,
  { setup, ...options }: SwitchRootOptions & { readonly setup?: Program } = {},
): Promise<string> {
  return outputOfShell(script, { setup: [...switchRoot(root, options), ...(setup ?? [])] });
}

/** What a script prints after some Steps, in namespaces of its own. */
export async function outputOfShell(script: string, options: SpawnOptions): Promise<string> {
  await using child = await spawn(["/bin/sh", "-c", script], {
    namespaces: ["mount", "pid", "uts", "ipc"],
    env: { PATH: "/bin:/usr/bin:/sbin:/usr/sbin" },
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, status] = await Promise.all([text(child.stdout!), text(child.stderr!), child.wait()]);
  if (status.code !== 0) throw new Error(`${script}: ${JSON.stringify(status)}: ${stderr}`);
  return stdout.trim();
}

/** The mounts that a process sees in its container, in the order in which they were made. */
export async function mountsIn(root: string, options: SwitchRootOptions = {}): Promise<MountInfo[]> {
  return parseMountinfo(await outputInContainer(root, "cat /proc/self/mountinfo", options));
}

/**
 * All mounts of a mount namespace in which Steps mounted something in a root, which was not entered: those outside of the
 * root are seen, too.
 */
export async function mountsAround(root: string, mounts: Program, options: SpawnOptions = {}): Promise<MountInfo[]> {
  const setup = [privatePropagation(), openRoot(root), ...mounts];
  return parseMountinfo(await outputOfShell("cat /proc/self/mountinfo", { ...options, setup }));
}
