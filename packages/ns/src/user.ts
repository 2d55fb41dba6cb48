import { call, type Program, step } from "@wb/syscall";

/** Who a command is, by numbers. */
export interface UserIds {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups. Default none. */
  readonly groups?: readonly number[];
}

/** The Steps that make the process a user, credentials(7): its groups first, since it may not change them afterwards. */
export function userSteps(user: UserIds | undefined): Program {
  if (user === undefined) return [];
  const { uid, gid, groups = [] } = user;
  return [
    step(
      `become user ${uid}, group ${gid}`,
      [
        call("setgroups", groups.length, groups.length === 0 ? null : new Uint8Array(Uint32Array.from(groups).buffer)),
        call("setresgid", gid, gid, gid),
        call("setresuid", uid, uid, uid),
      ],
      `setpriv --reuid ${uid} --regid ${gid} ${groups.length === 0 ? "--clear-groups" : `--groups ${groups.join(",")}`}`,
    ),
  ];
}
