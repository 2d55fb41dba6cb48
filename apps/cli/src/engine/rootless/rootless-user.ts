import { idOutside } from "@wb/ns";
import type { CompleteProcess } from "../../oci/complete-spec.ts";
import type { SpecLinux } from "../../oci/spec-linux.ts";
import { idMaps } from "../../runtime/user-namespace.ts";
import { UserError } from "../../user-error.ts";

type User = CompleteProcess["user"];

/**
 * A user as a container with a user namespace can have it: of the supplementary groups those with an id, and none where there is
 * one id alone, for the kernel forbids setgroups(2) there, user_namespaces(7).
 *
 * @throws UserError for a user or a group without an id
 */
export function rootlessUser(user: User, { uidMappings, gidMappings }: SpecLinux): User {
  const [uidMap, gidMap] = [idMaps(uidMappings), idMaps(gidMappings)];
  const isMapped = (gid: number): boolean => idOutside(gidMap, gid) !== undefined;
  const missing = idOutside(uidMap, user.uid) === undefined ? `user ${user.uid}` : `group ${user.gid}`;
  if (idOutside(uidMap, user.uid) === undefined || !isMapped(user.gid))
    throw new UserError(`the ${missing} is in none of the container's ranges of ids`, {
      hint: "an ordinary user has those of /etc/subuid and /etc/subgid, mapped by newuidmap(1) and newgidmap(1): see subuid(5)",
    });
  const { additionalGids = [], ...rest } = user;
  return gidMap.length > 1 ? { ...rest, additionalGids: additionalGids.filter(isMapped) } : rest;
}
