import type { Followed } from "@wb/ns";
import { containerProcessState, takeListener } from "@wb/security";
import type { OciSeccomp } from "@wb/security";
import { sendFds } from "@wb/syscall";
import type { HookState } from "./hook-state.ts";
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
  sendFds(path, containerProcessState(seccomp, { pid, state }), [listener.fd]);
}
