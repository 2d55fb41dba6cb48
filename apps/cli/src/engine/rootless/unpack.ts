import { join } from "node:path";
import { UserError } from "../../user-error.ts";
import { dataDirectory } from "../store/directories.ts";
import { inUserNamespace } from "./in-user-namespace.ts";
import type { RootlessIds } from "./rootless-ids.ts";

/** The command's name: nobody types it. */
export const UNPACK = "rootless-unpack";

/**
 * Unpacks a tar archive into the user's store by its first use, in a user namespace in which the archive's owners are there.
 *
 * @returns the directory
 * @throws UserError in the words of the command that does it
 */
export async function unpackInUserNamespace(path: string, ids: RootlessIds): Promise<string> {
  const [node = process.execPath, program = ""] = process.argv;
  // With one id all files are its own: what others unpack, who have more, is another store's.
  const [store, owners] = ids.warning === undefined ? ["rootfs", "owners"] : ["rootfs-one-id", ""];
  const { stdout, stderr, code } = await inUserNamespace(
    [node, program, UNPACK, path, join(dataDirectory(), store), owners],
    ids,
  );
  if (code === 0) return stdout;
  const [message = "", ...hints] = stderr
    .replace(/^wb: /, "")
    .trimEnd()
    .split(/\nhint: /);
  throw new UserError(message === "" ? `${path} could not be unpacked` : message, {
    hint: hints.length === 0 ? undefined : hints.join("; "),
  });
}
