import { UserError } from "../../user-error.ts";
import type { RunOptions } from "../run-options.ts";

/** What takes privileges, with the reason. @throws UserError */
export function refuseRootless(
  options: Pick<RunOptions, "usernsRemap" | "cgroupManager" | "cgroupParent" | "namespaces">,
): void {
  const found = REFUSALS.find(({ isAsked }) => isAsked(options));
  if (found !== undefined) throw new UserError(found.message, { hint: found.hint });
}

const REFUSALS: readonly {
  readonly isAsked: (options: Parameters<typeof refuseRootless>[0]) => boolean;
  readonly message: string;
  readonly hint: string;
}[] = [
  {
    isAsked: ({ usernsRemap }) => usernsRemap.length > 0,
    message: "permission denied: --userns-remap needs root",
    hint: "leave it away: containers of an ordinary user have a user namespace, with the ids of /etc/subuid",
  },
  {
    isAsked: ({ namespaces }) => namespaces.userns?.mode === "host",
    message: "permission denied: --userns host needs root",
    hint: "leave it away: an ordinary user has privileges in a user namespace alone",
  },
  {
    isAsked: ({ cgroupManager }) => cgroupManager === "systemd",
    message: "permission denied: --cgroup-manager systemd needs root",
    hint: "systemd-run --user --scope -p Delegate=yes wb run … gives a control group to make others in",
  },
  {
    isAsked: ({ cgroupParent }) => cgroupParent !== undefined,
    message: "permission denied: --cgroup-parent needs root",
    hint: "the container's control group is made below the one that was delegated to the caller",
  },
];

/** @throws UserError for a volume whose driver mounts something, which others are to have, too */
export function refuseDriver(name: string): never {
  throw new UserError(`permission denied: mounting what the volume ${name} has by its options needs root`, {
    hint: "a volume without options is a directory; --tmpfs DIR is memory",
  });
}
