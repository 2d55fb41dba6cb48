import { createUserNamespace } from "@wb/ns";
import { parseMountOptions } from "@wb/rootfs";
import { closeFd, type Value, value } from "@wb/syscall";
import type { SpecMount } from "../../oci/spec.ts";
import { UserError } from "../../user-error.ts";
import { idMaps, USER_NAMESPACE } from "../user-namespace.ts";

/**
 * The user namespace whose owners the files of a mount get: one with the mount's own mappings, which {@link openMountOwners}
 * makes, or with the option `idmap` alone the container's.
 *
 * @throws UserError for the option in a container that has no user namespace
 */
export function mountOwners(
  wanted: SpecMount,
  { index, inUserNamespace }: { readonly index: number; readonly inUserNamespace: boolean },
): Value | undefined {
  if (wanted.uidMappings !== undefined) return value(cellOf(index));
  if (parseMountOptions(wanted.options ?? []).idmap === undefined) return undefined;
  if (!inUserNamespace)
    throw new UserError(
      `mounts[${index}].options: idmap needs uidMappings and gidMappings, of the mount or of the container's user namespace`,
    );
  return USER_NAMESPACE;
}

export interface MountOwners extends Disposable {
  /** Cells with file descriptors of this process, for the container's process to inherit. */
  readonly inputs: Readonly<Record<string, number>>;
}

/** Makes the user namespaces of the mounts that have mappings of their own. Disposing closes them; the mounts keep theirs. */
export function openMountOwners(mounts: readonly SpecMount[]): MountOwners {
  const inputs: Record<string, number> = {};
  const close = (): void => {
    for (const cell of Object.keys(inputs)) {
      const fd = inputs[cell];
      if (fd !== undefined) closeFd(fd);
      delete inputs[cell];
    }
  };
  try {
    for (const [index, { uidMappings, gidMappings }] of mounts.entries()) {
      if (uidMappings === undefined) continue;
      inputs[cellOf(index)] = createUserNamespace({ uidMap: idMaps(uidMappings), gidMap: idMaps(gidMappings) });
    }
    return { inputs, [Symbol.dispose]: close };
  } catch (error) {
    close();
    throw error;
  }
}

function cellOf(index: number): string {
  return `owners of mount ${index}`;
}
