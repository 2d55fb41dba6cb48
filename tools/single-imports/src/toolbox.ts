import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const directory = join(import.meta.dirname, "../../../.tools/single-imports");

/** What a user may have: the oldest and the newest that the packages are for. */
const dependencies: Readonly<Record<Tool, string>> = {
  node22: `npm:node-linux-${process.arch}@22.23.3`,
  node24: `npm:node-linux-${process.arch}@24.21.0`,
  npm: "11.8.0",
  "typescript5.9": "npm:typescript@5.9.3",
  typescript7: "npm:typescript@7.0.2",
};

/** Programs by the names of their packages, installed by npm on first use. */
export type Tool = "node22" | "node24" | "npm" | "typescript5.9" | "typescript7";

/** The file of a tool below its package's directory. */
export function toolPath(tool: Tool, path: string): string {
  install();
  return join(directory, "node_modules", tool, path);
}

/** Runs npm, with the oldest Node. */
export function npm(args: readonly string[], cwd: string): string {
  return output(toolPath("node22", "bin/node"), [toolPath("npm", "bin/npm-cli.js"), ...args], cwd);
}

/** What a command prints, its stdout and its stderr. @throws Error when it ends with another status than 0 */
export function output(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    env: plainEnvironment(),
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: exit status ${status}\n${stdout}${stderr}`);
  return `${stdout}${stderr}`;
}

/** Nothing of an outer `npm test`, or of this workspace's own conditions. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_(package|lifecycle|command|execpath|node_execpath)|NODE_OPTIONS|VITEST|NODE_ENV)/.test(name),
    ),
  );
}

function install(): void {
  const manifest = `${JSON.stringify({ private: true, dependencies }, null, 2)}\n`;
  const stamp = join(directory, "installed");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === manifest) return;
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "package.json"), manifest);
  output(
    "npm",
    ["install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--loglevel=error"],
    directory,
  );
  writeFileSync(stamp, manifest);
}
