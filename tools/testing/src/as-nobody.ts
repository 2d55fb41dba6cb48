import { type SpawnSyncReturns, spawnSync } from "node:child_process";

/** What turns a root process into an ordinary user without groups or capabilities: setpriv(1), of util-linux. */
export const nobody: readonly string[] = [
  "setpriv",
  "--reuid=65534",
  "--regid=65534",
  "--clear-groups",
  "--bounding-set=-all",
  "--inh-caps=-all",
];

export interface AsNobodyOptions {
  /** The working directory; default: `/`, which uid 65534 can enter. */
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
}

/**
 * Runs a command as uid and gid 65534 and waits for it. Root only.
 *
 * @example
 * asNobody(["id", "-u"]).stdout; // "65534\n"
 */
export function asNobody(argv: readonly string[], options: AsNobodyOptions = {}): SpawnSyncReturns<string> {
  const [command = "", ...args] = [...nobody, ...argv];
  const result = spawnSync(command, args, { cwd: "/", ...options, encoding: "utf8" });
  if (result.error) throw result.error;
  return result;
}
