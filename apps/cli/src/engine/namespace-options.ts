import type { RunFlags } from "../commands/run-flags.ts";
import { usage } from "../flags.ts";
import { type NamespaceFlag, type NamespaceMode, parseNamespaceMode } from "./options/namespace-mode.ts";

/** Whose namespaces a container is in; undefined: its own, and no user namespace. */
export type NamespaceModes = Readonly<Record<NamespaceFlag, NamespaceMode | undefined>>;

/** @throws UserError in docker's words */
export function namespaceOptions(flags: RunFlags): NamespaceModes {
  const { cgroupns, ipc, pid, userns, uts } = flags;
  const modes = {
    cgroupns: modeOf("cgroupns", cgroupns),
    ipc: modeOf("ipc", ipc),
    pid: modeOf("pid", pid),
    userns: modeOf("userns", userns),
    uts: modeOf("uts", uts),
  };
  refuseName(modes, flags);
  refuseMaps(modes, flags);
  return modes;
}

/** Almost no command line has any. */
function modeOf(flag: NamespaceFlag, text: string | undefined): NamespaceMode | undefined {
  return text === undefined ? undefined : parseNamespaceMode(flag, text);
}

/** A name would be another's. */
function refuseName({ uts }: NamespaceModes, { hostname, domainname }: RunFlags): void {
  if (isOthers(uts) && (hostname ?? domainname) !== undefined)
    throw usage("run", "conflicting options: hostname and the UTS mode", "leave --uts or the name away");
}

function refuseMaps({ userns, pid }: NamespaceModes, flags: RunFlags): void {
  const isMapped = flags["userns-remap"] !== undefined;
  if (isMapped && isOthers(userns))
    throw usage("run", "conflicting options: --userns and --userns-remap", "leave one of them away");
  if (!isMapped && userns?.mode === "private")
    throw usage("run", "--userns private needs the ids of its users", "give them by --userns-remap 0:100000:65536");
  if (isMapped && pid?.mode === "host")
    throw usage(
      "run",
      "cannot share the host PID namespace when user namespaces are enabled",
      "leave one of them away",
    );
}

/** Whether a namespace is the machine's or another container's. */
export function isOthers(mode: NamespaceMode | undefined): boolean {
  return mode?.mode === "host" || mode?.mode === "container";
}
