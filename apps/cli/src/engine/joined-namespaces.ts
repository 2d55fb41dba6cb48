import type { IdMap } from "@wb/ns";
import type { NamespaceFlag } from "./options/namespace-mode.ts";
import type { RunOptions } from "./run-options.ts";

/** The namespaces of other containers that one is to be in. */
export interface JoinedNamespaces {
  /** Each as `/proc/PID/ns/KIND`. */
  readonly paths: Partial<Readonly<Record<NamespaceFlag, string>>>;
  /** The name that comes with the UTS namespace. */
  readonly hostname?: string;
  /** The mount namespace with the /dev/shm that comes with the IPC namespace, as `/proc/PID/ns/mnt`. */
  readonly sharedMemory?: string;
  /** The network namespace, with the directory of the files that come with it. */
  readonly network?: { readonly path: string; readonly files: string | undefined };
  /** The ids of the user namespace; none: it is the machine's. */
  readonly usernsRemap?: readonly IdMap[];
}

/**
 * Finds what `container:NAME` stands for now; undefined where nothing is to be joined.
 *
 * @throws UserError in docker's words for a container that is not there, or does not run
 */
export async function joinedNamespaces({
  namespaces,
  net,
}: Pick<RunOptions, "namespaces" | "net">): Promise<JoinedNamespaces | undefined> {
  if (![...Object.values(namespaces), net].some((mode) => mode?.mode === "container")) return undefined;
  const { findNamespaces } = await import("./containers/find-namespaces.ts");
  return findNamespaces(namespaces, net);
}
