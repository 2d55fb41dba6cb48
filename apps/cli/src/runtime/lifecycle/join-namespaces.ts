import { closeSync, openSync } from "node:fs";
import type { Join } from "@wb/ns";
import { isErrno, O } from "@wb/syscall";
import type { SpecNamespaceReference } from "../../oci/spec-linux.ts";
import { UserError } from "../../user-error.ts";
import { NAMESPACES } from "../container-plan.ts";

export interface OpenedNamespaces extends Disposable {
  readonly join: readonly Join[];
}

/**
 * Opens the namespaces that a configuration names by their paths; that of the user is {@link openUserNamespace}'s.
 *
 * @throws UserError for a path where there is none; none is left open then
 */
export function openNamespaces(references: readonly SpecNamespaceReference[] = []): OpenedNamespaces {
  const join: Join[] = [];
  const close = (): void => {
    for (const { fd } of join.splice(0)) closeSync(fd);
  };
  try {
    for (const [index, { type, path }] of references.entries()) {
      if (path === undefined || type === "user") continue;
      join.push({ fd: openNamespace(path, `linux.namespaces[${index}].path`), kinds: [NAMESPACES[type]] });
    }
    return { join: [...join], [Symbol.dispose]: close };
  } catch (error) {
    close();
    throw error;
  }
}

/** A FIFO would wait for a writer. */
export function openNamespace(path: string, where: string): number {
  try {
    return openSync(path, O.RDONLY | O.CLOEXEC | O.NONBLOCK);
  } catch (cause) {
    if (!isErrno(cause, "ENOENT", "EACCES", "ENOTDIR", "ELOOP")) throw cause;
    throw new UserError(`config.json: ${where}: ${JSON.stringify(path)}: there is no namespace`, {
      hint: "/proc/PID/ns/net of a process that lives, or one that ip-netns(8) or unshare(1) pinned",
      cause,
    });
  }
}
