import type { UserError } from "../../user-error.ts";
import { flagError } from "./flag-error.ts";

/** Whose namespace a container is in: its own, the host's, or another container's. `none` and `shareable` are of IPC alone. */
export type NamespaceMode =
  | { readonly mode: "private" | "host" | "shareable" | "none" }
  | { readonly mode: "container"; readonly container: string };

export type NamespaceFlag = "pid" | "ipc" | "uts" | "userns" | "cgroupns";

/**
 * Parses `--pid`, `--ipc`, `--uts`, `--userns` or `--cgroupns`; undefined: the default. Each takes what docker's takes, and also
 * `private` and `container:NAME`.
 *
 * @throws UserError in docker's words (docker/cli, cli/command/container/opts.go, and moby, api/types/container/hostconfig.go)
 */
export function parseNamespaceMode(flag: NamespaceFlag, text: string): NamespaceMode | undefined {
  if (text === "") return undefined;
  const mode = MODES[flag].modes.find((one) => one === text);
  if (mode !== undefined) return { mode };
  const name = /^container:(.+)$/s.exec(text)?.[1];
  if (name === undefined) throw invalid(flag, text);
  return { mode: "container", container: name };
}

interface Modes {
  /** What docker calls it when it refuses. */
  readonly name: string;
  readonly modes: readonly ("private" | "host" | "shareable" | "none")[];
}

const MODES: Readonly<Record<NamespaceFlag, Modes>> = {
  pid: { name: "PID", modes: ["host", "private"] },
  ipc: { name: "IPC", modes: ["host", "private", "shareable", "none"] },
  uts: { name: "UTS", modes: ["host", "private"] },
  userns: { name: "USER", modes: ["host", "private"] },
  cgroupns: { name: "CGROUP", modes: ["host", "private"] },
};

function invalid(flag: NamespaceFlag, text: string): UserError {
  const { name, modes } = MODES[flag];
  return flagError(
    `--${flag}`,
    text,
    `--${flag}: invalid ${name} mode`,
    `one of ${[...modes, "container:NAME"].join(", ")}`,
  );
}
