import { dirname } from "node:path/posix";
import { call, ignoring, into, MS, type Step, step } from "@wb/syscall";

/** `linux.rootfsPropagation` of the OCI runtime-spec; runc also takes the words with `r`. */
export type RootPropagation = "private" | "slave" | "shared" | "unbindable";

/**
 * The Step that decides, before anything is mounted, what passes between the new mount namespace and the one that it was
 * copied from: `slave` lets the host's mounts arrive at sources of bind mounts and `shared` also passes on what is mounted
 * there, mount_namespaces(7). The container's root itself has no part in it: `openRoot` with `isolated`.
 *
 * What the root's directory is on becomes private: with it shared, the root's own mount would appear on the host, and
 * pivot_root(2) refuses it.
 *
 * @param root absolute, of the host
 */
export function startPropagation(propagation: RootPropagation, root: string): Step {
  const flags = { private: MS.PRIVATE, unbindable: MS.PRIVATE, slave: MS.SLAVE, shared: MS.SHARED }[propagation];
  // A shared mount stays the host's peer; for all others nothing is to leave, wherever it is mounted.
  const recursive = propagation === "shared" ? 0 : MS.REC;
  return step(
    `let mounts be ${propagation === "unbindable" ? "private" : propagation}`,
    [
      call("mount", null, "/", null, flags | recursive, null),
      ...parents(root).flatMap((path) => [
        into("isolated", ignoring(call("mount", null, path, null, MS.PRIVATE, null), "EINVAL")),
        { jump: "private", when: { value: "isolated", equals: 0 } },
      ]),
      { label: "private" },
    ],
    `mount --make-${recursive === 0 ? "" : "r"}${propagation === "unbindable" ? "private" : propagation} /; mount --make-private $(findmnt -no TARGET -T ${root})`,
  );
}

/** The Step after the root has changed that gives it its propagation: before, it would have reached the host. */
export function finalPropagation(propagation: RootPropagation): Step {
  const flags = { private: MS.PRIVATE, unbindable: MS.UNBINDABLE, slave: MS.SLAVE, shared: MS.SHARED }[propagation];
  return step(
    `let the root be ${propagation}`,
    [call("mount", null, "/", null, flags, null)],
    `mount --make-${propagation} /`,
  );
}

/** A path and all above it. */
function parents(path: string): string[] {
  return path === "/" || path === "." ? [path] : [path, ...parents(dirname(path))];
}
