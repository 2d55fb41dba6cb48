import { text } from "node:stream/consumers";
import { spawn } from "@wb/ns";
import type { Program } from "@wb/syscall";

/** What a script of sh(1) prints in a mount namespace of its own, after some Steps; `args` are its `$1`, `$2`, … */
export async function outputOfShell(script: string, setup: Program, ...args: string[]): Promise<string> {
  await using child = await spawn(["/bin/sh", "-c", script, "sh", ...args], {
    namespaces: ["mount", "pid"],
    env: { PATH: "/bin:/usr/bin" },
    setup,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, status] = await Promise.all([text(child.stdout!), text(child.stderr!), child.wait()]);
  if (status.code !== 0) throw new Error(`${script}: ${JSON.stringify(status)}: ${stderr}`);
  return stdout.trim();
}
