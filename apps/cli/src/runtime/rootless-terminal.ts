import { idOutside, inNamespace } from "@wb/ns";
import { call, CLONE, step, type Winsize } from "@wb/syscall";
import type { CompleteSpec } from "../oci/complete-spec.ts";
import type { OpenUserNamespace } from "./open-user-namespace.ts";
import { TTY_GROUP } from "./terminal-owner.ts";
import { type OpenedTerminal, openTerminalSteps, TERMINAL } from "./terminal.ts";
import { USER_NAMESPACE_CELL, userNamespaceMaps } from "./user-namespace.ts";

/**
 * Makes a container's terminal as `openTerminal` does, for an ordinary user: in the container's user namespace, whose root may mount
 * devpts(5) in a mount namespace that belongs to it.
 *
 * @throws SyscallError
 */
export function openRootlessTerminal(
  spec: CompleteSpec,
  size: Winsize,
  { inputs }: Pick<OpenUserNamespace, "inputs">,
): OpenedTerminal {
  const gidMap = userNamespaceMaps(spec)?.gidMap ?? [];
  const gid = idOutside(gidMap, TTY_GROUP) === undefined ? 0 : TTY_GROUP;
  const made = inNamespace("user", inputs[USER_NAMESPACE_CELL] ?? -1, [
    step("make a mount namespace to mount in", [call("unshare", CLONE.NEWNS)], "unshare --mount"),
    ...openTerminalSteps({ size, owner: { uid: spec.process.user.uid, gid } }),
  ]);
  const slave = made.number(TERMINAL.slave);
  return {
    master: made.number(TERMINAL.master),
    inputs: { [TERMINAL.slave]: slave, [TERMINAL.devpts]: made.number(TERMINAL.devpts) },
    stdio: [slave, slave, slave],
  };
}
