import { UserError } from "../../user-error.ts";
import { inUserNamespace } from "./in-user-namespace.ts";
import { rootlessIds } from "./rootless-ids.ts";

/**
 * Removes a directory with all that is in it, whatever user of a container that belongs to: an ordinary user may not remove what is in
 * directories of others, and root of a user namespace with the same ids may.
 *
 * @param cause why it could not be removed without
 * @throws UserError when something is left; for root `cause`
 */
export async function removeInUserNamespace(path: string, cause: unknown): Promise<void> {
  const ids = rootlessIds();
  if (ids === undefined) throw cause;
  const { stderr, code } = await inUserNamespace(["rm", "-rf", "--", path], ids);
  if (code !== 0) throw new UserError(`cannot remove ${path}: ${stderr.trim()}`, { cause });
}
