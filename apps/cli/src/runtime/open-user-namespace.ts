import { createUserNamespace } from "@wb/ns";
import { closeFd } from "@wb/syscall";
import type { CompleteSpec } from "../oci/complete-spec.ts";
import { openNamespace } from "./lifecycle/join-namespaces.ts";
import { USER_NAMESPACE_CELL, userNamespaceMaps } from "./user-namespace.ts";

export interface OpenUserNamespace extends Disposable {
  /** Cells of the container's Program. */
  readonly inputs: Readonly<Record<string, number>>;
}

/** The container's user namespace, where it has another than this process: it is there before any process is in it. */
export function openUserNamespace(spec: CompleteSpec): OpenUserNamespace | undefined {
  const maps = userNamespaceMaps(spec);
  if (maps === undefined) return undefined;
  const index = spec.linux.namespaces.findIndex(({ type }) => type === "user");
  const path = spec.linux.namespaces[index]?.path;
  const fd = path === undefined ? createUserNamespace(maps) : openNamespace(path, `linux.namespaces[${index}].path`);
  let isOpen = true;
  return {
    inputs: { [USER_NAMESPACE_CELL]: fd },
    [Symbol.dispose]: () => {
      if (isOpen) closeFd(fd);
      isOpen = false;
    },
  };
}
