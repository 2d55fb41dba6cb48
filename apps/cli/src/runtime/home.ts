import { basename, dirname, normalize, resolve } from "node:path/posix";
import type { CompleteProcess } from "../oci/complete-spec.ts";
import type { SpecMount } from "../oci/spec.ts";
import { environmentOf } from "./environment.ts";
import { readTable } from "./read-table.ts";

/** Where a process finds its passwd(5). */
export interface HomeContext {
  /** The directory that is its root. */
  readonly root: string;
  /** What is still to be mounted there. Default: nothing. */
  readonly mounts?: readonly SpecMount[];
  /** What the sources of mounts count from. */
  readonly bundle?: string;
}

/**
 * Gives a process HOME, as runc and crun do: the specification does not ask for it, and shells count on it. An empty one
 * counts as none, and a user without an entry is at home in "/".
 */
export function withHome(process: CompleteProcess, context: HomeContext): CompleteProcess {
  const { HOME = "" } = environmentOf(process.env);
  if (HOME !== "") return process;
  const entry = passwd(context).find((fields) => fields[2] === String(process.user.uid));
  return { ...process, env: [...process.env, `HOME=${entry?.[5] || "/"}`] };
}

/** A file of the host that is bound there, as podman does it for users that the image does not know, or the root's own. */
function passwd({ root, mounts = [], bundle = "/" }: HomeContext): string[][] {
  const bound = mounts.findLast(({ destination }) => normalize(destination) === "/etc/passwd");
  if (bound?.source === undefined) return readTable(root, "etc/passwd");
  const source = resolve(bundle, bound.source);
  return readTable(dirname(source), basename(source));
}
