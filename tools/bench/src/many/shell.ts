import { spawnSync } from "node:child_process";

/** What a script prints. @throws Error with what it complained of when it fails */
export function shell(script: string, env: NodeJS.ProcessEnv = process.env): string {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", script], { encoding: "utf8", env });
  if (status !== 0) throw new Error(`${script.slice(-200)}: ${status}\n${stdout}${stderr}`);
  return stdout;
}
