import { UserError } from "../../user-error.ts";
import { dataDirectory, runDirectory } from "../store/directories.ts";
import { inUserNamespace } from "./in-user-namespace.ts";
import { type RootlessIds } from "./rootless-ids.ts";

/** The command's name: nobody types it. */
export const FILL = "rootless-fill";

/**
 * Fills an empty volume of an ordinary user with what a directory of a root has, in a user namespace: the copies belong to users of the
 * container. The caller has the volume's lock.
 *
 * @throws UserError in the words of the command that does it
 */
export async function fillInUserNamespace(
  { name, directory, path }: { readonly name: string; readonly directory: string; readonly path: string },
  ids: RootlessIds,
): Promise<void> {
  const [node = process.execPath, program = ""] = process.argv;
  const env = { ...process.env, WB_ROOT: dataDirectory(), WB_STATE: runDirectory() };
  const owners = ids.warning === undefined ? "owners" : "";
  const { stderr, code } = await inUserNamespace([node, program, FILL, name, directory, path, owners], ids, env);
  if (code !== 0) throw new UserError(`the volume ${name} could not be filled: ${stderr.replace(/^wb: /, "").trim()}`);
}
