import { call, ignoring, type Program, step } from "@wb/syscall";

/** Who the command is to be, by the options -S and -G of util-linux; undefined leaves it as it is. */
export interface Credentials {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

/** When the supplementary groups are dropped: refused where setgroups(2) is denied, which nsenter(1) passes over. */
export type Groups = "keep" | "drop" | "drop if allowed";

/** The Steps that take other ids: the groups first, since they may not be changed afterwards. */
export function credentialSteps({ uid, gid }: Credentials, groups: Groups): Program {
  const drop = call("setgroups", 0, null);
  return [
    ...(groups === "keep"
      ? []
      : [step("drop the supplementary groups", [groups === "drop" ? drop : ignoring(drop, "EPERM")])]),
    ...(gid === undefined ? [] : [step(`become group ${gid}`, [call("setgid", gid)])]),
    ...(uid === undefined ? [] : [step(`become user ${uid}`, [call("setuid", uid)])]),
  ];
}
