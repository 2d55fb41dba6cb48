import type { Followed } from "@wb/ns";
import { containerProcessState, takeListener } from "@wb/security";
import type { OciSeccomp } from "@wb/security";
import { sendFds } from "@wb/syscall";
import { messageOf } from "../../report-error.ts";
import type { HookState } from "./hook-state.ts";
import { LifecycleError } from "./lifecycle-error.ts";
import { ownedFd } from "./owned-fd.ts";

/** Hands the listener of a process's filter to who answers for it, at `linux.seccomp.listenerPath`. */
export function sendListener(
  seccomp: OciSeccomp | undefined,
  { pid, pidfd, fd }: Followed & { readonly fd: number },
  state: HookState,
): void {
  const path = seccomp?.listenerPath ?? undefined;
  if (seccomp === undefined || path === undefined) return;
  using listener = ownedFd(takeListener({ pidfd, fd }));
  const told = containerProcessState(seccomp, { pid, state });
  try {
    sendFds(path, told, [listener.fd]);
  } catch (cause) {
    const why = `failed to connect with seccomp agent specified in the seccomp profile: ${messageOf(cause)}`;
    throw new LifecycleError("WB_CONTAINER_SETUP", why, { id: state.id, cause });
  }
}
