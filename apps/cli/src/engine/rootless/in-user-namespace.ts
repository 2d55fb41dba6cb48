import { text } from "node:stream/consumers";
import { createUserNamespace, spawn } from "@wb/ns";
import { closeFd } from "@wb/syscall";
import { enterUserNamespace, type MappedIds, USER_NAMESPACE_CELL } from "../../runtime/user-namespace.ts";

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/**
 * Runs a command as root of a user namespace with the ids of a user's containers: whose files are those of the container's users
 * can be made and removed by it, and by nobody else without privileges.
 *
 * @throws as `spawn` of `@wb/ns`
 */
export async function inUserNamespace(
  argv: readonly [string, ...string[]],
  maps: MappedIds,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Ended> {
  const fd = createUserNamespace({ uidMap: maps.uidMap, gidMap: maps.gidMap });
  try {
    const command = await spawn(argv, {
      before: enterUserNamespace({ keepGroups: true }),
      inputs: { [USER_NAMESPACE_CELL]: fd },
      inherit: [fd],
      env,
      stdio: ["ignore", "pipe", "pipe"],
      dieWithParent: true,
    });
    const [{ code }, stdout, stderr] = await Promise.all([
      command.wait(),
      command.stdout === null ? "" : text(command.stdout),
      command.stderr === null ? "" : text(command.stderr),
    ]);
    return { stdout, stderr, code };
  } finally {
    closeFd(fd);
  }
}
