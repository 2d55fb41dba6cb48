import { closeSync, openSync, renameSync, rmSync } from "node:fs";
import { isatty } from "node:tty";
import { UserError } from "../../user-error.ts";

/**
 * Gives an archive a place: a file, which is there as a whole or not at all, or stdout.
 *
 * @throws UserError in docker's words where it would go to a terminal
 */
export async function withArchiveOutput(
  command: string,
  path: string | undefined,
  write: (fd: number) => Promise<unknown>,
): Promise<void> {
  if (path === undefined || path === "") {
    if (isatty(1))
      throw new UserError("cowardly refusing to save to a terminal. Use the -o flag or redirect", {
        hint: `wb ${command} -o FILE …, or wb ${command} … >FILE`,
      });
    await write(1);
    return;
  }
  const temporary = `${path}.${process.pid}.new`;
  const fd = openSync(temporary, "wx", 0o600);
  try {
    await write(fd);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
}
