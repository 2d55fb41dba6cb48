import { call, ignoring, KEY, KEY_SPEC, KEYCTL, type Step, step } from "@wb/syscall";

export interface KeyringOptions {
  /**
   * Who may join it later, besides its possessors: `user`, processes of the same user; `other`, any, which a user
   * namespace makes necessary, as its processes have other ids. Default: the kernel's permissions, which let nobody.
   */
  readonly joinableBy?: "user" | "other";
}

/**
 * The Step that leaves the caller's session keyring, session-keyring(7), for another one: with a name for the one of that
 * name, or a new one if there is none that may be joined; without a name always for a new one. Equivalent to `keyctl
 * session NAME COMMAND`. It stands before the user changes.
 *
 * A kernel without keyrings (ENOSYS) is accepted, as runc does. EDQUOT means that the user has as many keys as sysctl
 * kernel.keys.maxkeys allows.
 *
 * @example
 * keyringStep(`_ses.${id}`, { joinableBy: "user" }); // as runc names it
 */
export function keyringStep(name?: string, { joinableBy }: KeyringOptions = {}): Step {
  const permissions =
    joinableBy === undefined
      ? []
      : [call("keyctl", KEYCTL.SETPERM, KEY_SPEC.SESSION_KEYRING, INITIAL | SEARCH[joinableBy])];
  return step(
    name === undefined ? "have a new session keyring" : `have the session keyring ${name}`,
    [call("keyctl", KEYCTL.JOIN_SESSION_KEYRING, name ?? null), ...permissions].map((made) => ignoring(made, "ENOSYS")),
    `keyctl session ${name ?? "-"}`,
  );
}

/** What the kernel gives a new session keyring: everything to its possessors, looking, reading and linking to its user. */
const INITIAL =
  KEY.POS_VIEW |
  KEY.POS_READ |
  KEY.POS_WRITE |
  KEY.POS_SEARCH |
  KEY.POS_LINK |
  KEY.POS_SETATTR |
  KEY.USR_VIEW |
  KEY.USR_READ |
  KEY.USR_LINK;

const SEARCH = { user: KEY.USR_SEARCH, other: KEY.OTH_SEARCH } as const;
