import { call, into, run, step } from "@wb/syscall";

/**
 * A copy of a process's file descriptor, such as the listener of its filter: pidfd_getfd(2), Linux 5.6. The process waits
 * meanwhile, since its execve(2) closes a listener. The copy is closed by exec, and the caller closes it.
 *
 * @throws SyscallError EPERM without permission to trace the process, EBADF when it has no such file descriptor
 */
export function takeListener(process: { readonly pidfd: number; readonly fd: number }): number {
  const taken = run([
    step("take the listener of a seccomp filter", [
      into("listener", call("pidfd_getfd", process.pidfd, process.fd, 0)),
    ]),
  ]);
  return taken.number("listener");
}
