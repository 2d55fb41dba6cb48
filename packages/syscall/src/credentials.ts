import { call, ignoring, type Program, type Step, step } from "./program.ts";

/** Who a process is to be, by numbers. */
export interface User {
  readonly uid: number;
  readonly gid: number;
  /**
   * The supplementary groups it has, and no others. `keep` leaves it the caller's: in a user namespace that an
   * unprivileged user made, setgroups(2) is denied, and they cannot be dropped. Default none.
   */
  readonly groups?: readonly number[] | "keep";
}

/**
 * The Steps that make the process a user, credentials(7): its groups first, since it may not change them afterwards. Fails
 * closed: supplementary groups of the caller that could not be dropped are an error (CVE-2018-7169).
 *
 * @throws RangeError for a number that is no id; 4294967295 would mean "unchanged", setresuid(2)
 */
export function userSteps({ uid, gid, groups = [] }: User): Program {
  for (const id of [uid, gid, ...(groups === "keep" ? [] : groups)]) checkId(id);
  return [
    ...groupSteps(groups),
    step(
      `become user ${uid}, group ${gid}`,
      [call("setresgid", gid, gid, gid), call("setresuid", uid, uid, uid)],
      `setpriv --reuid ${uid} --regid ${gid} ${setprivGroups(groups)}`,
    ),
  ];
}

function groupSteps(groups: readonly number[] | "keep"): Step[] {
  if (groups === "keep") return [];
  if (groups.length > 0) {
    const list = new Uint8Array(Uint32Array.from(groups).buffer);
    return [
      step(`take the supplementary groups ${groups.join(", ")} and no others`, [
        call("setgroups", groups.length, list),
      ]),
    ];
  }
  return [
    // Refused where setgroups(2) is denied; that does no harm to a process that has no groups.
    step("drop the supplementary groups", [ignoring(call("setgroups", 0, null), "EPERM")]),
    // The kernel compares: 0 for no group, EFAULT for one, EINVAL for more than fit.
    step("refuse to go on with supplementary groups that could not be dropped", [call("getgroups", 1, null)]),
  ];
}

const LAST_ID = 0xffff_fffe;

function checkId(id: number): void {
  if (!Number.isInteger(id) || id < 0 || id > LAST_ID)
    throw new RangeError(`${id} is no user or group id: 0 to ${LAST_ID}`);
}

function setprivGroups(groups: readonly number[] | "keep"): string {
  if (groups === "keep") return "--keep-groups";
  return groups.length === 0 ? "--clear-groups" : `--groups ${groups.join(",")}`;
}
