import { readTable } from "../runtime/read-table.ts";
import { UserError } from "../user-error.ts";

/**
 * The ids of the groups of `--group-add`, by the container's own group(5).
 *
 * @param root the directory whose /etc is read; undefined for one that cannot be read yet
 * @throws UserError in docker's words for a name that is in no file
 */
export function additionalGroups(wanted: readonly (string | number)[], root: string | undefined): number[] {
  if (wanted.length === 0) return [];
  const groups = readTable(root, "etc/group");
  return wanted.map((group) => {
    if (typeof group === "number") return group;
    const id = groups.find(([name]) => name === group)?.[2];
    if (id !== undefined && /^\d{1,10}$/.test(id)) return Number(id);
    throw new UserError(`Unable to find group ${group}`, { hint: "a number needs no entry in /etc/group" });
  });
}
