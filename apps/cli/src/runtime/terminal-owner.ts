import { idOutside } from "@wb/ns";
import type { Owner } from "@wb/rootfs";
import type { CompleteSpec } from "../oci/complete-spec.ts";
import { ownerOutside, userNamespaceMaps } from "./user-namespace.ts";

/** The group `tty` of every distribution, by which write(1) and wall(1) reach terminals. */
export const TTY_GROUP = 5;

export interface TerminalOwner extends Owner {
  /** The container's root, to whom /dev/pts itself belongs. Default: this machine's. */
  readonly root?: Owner;
}

/** Who a container's terminal belongs to, by this machine's ids: its user and the group tty, or root's own if it has no other. */
export function terminalOwner(spec: CompleteSpec): TerminalOwner {
  const maps = userNamespaceMaps(spec);
  const { uid } = spec.process.user;
  if (maps === undefined) return { uid, gid: TTY_GROUP };
  return {
    ...ownerOutside(maps, { uid, gid: idOutside(maps.gidMap, TTY_GROUP) === undefined ? 0 : TTY_GROUP }),
    root: ownerOutside(maps, { uid: 0, gid: 0 }),
  };
}
