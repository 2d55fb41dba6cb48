import { call, CLONE, type Instruction, into, value } from "@wb/syscall";

/**
 * The calls that leave a chroot(2): setns(2) to the mount namespace that the process is in makes the namespace's root its
 * root and its working directory. The process must share neither with another. Since Linux 5.8.
 *
 * What is a chroot's directory is no mount point: its propagation cannot be changed, nor can pivot_root(2) exchange it.
 */
export const leaveChroot: readonly Instruction[] = [
  into("pid", call("getpid")),
  into("self", call("pidfd_open", value("pid"), 0)),
  call("setns", value("self"), CLONE.NEWNS),
  call("close", value("self")),
];
