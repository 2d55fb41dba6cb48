import {
  call,
  CLONE,
  ignoring,
  into,
  isErrno,
  NS,
  PR,
  type Program,
  type Results,
  run,
  runInChild,
  type RunOptions,
  type Step,
  step,
  value,
} from "@wb/syscall";
import { type Netns, withNetnsFd } from "./netns.ts";

/**
 * Makes calls inside a network namespace, in a child that shares the memory and the file descriptors of this process: what
 * they open can be used here, and no thread of Node's moves. Without a namespace they are made in this thread.
 *
 * @throws NetError WB_NET_NETNS; SyscallError EPERM without CAP_SYS_ADMIN there, EINVAL for another file
 */
export function runInNetns(netns: Netns | undefined, program: Program, options: RunOptions = {}): Results {
  if (netns === undefined) return run(program, options);
  return withNetnsFd(netns, (fd) => {
    try {
      return runInChild([enterNetns(fd), ...program], options);
    } catch (error) {
      // Of another user namespace, which an ordinary user enters first.
      if (!isErrno(error, "EPERM")) throw error;
      try {
        return runInChild([enterWithUserns(fd), ...program], options);
      } catch (second) {
        throw isErrno(second, "EPERM", "EINVAL") ? error : second;
      }
    }
  });
}

/** It is open in this process, too, until it is closed: the child's file descriptors are shared. */
const USERNS = "runInNetns userns";

function enterNetns(fd: number): Step {
  return step(
    "enter the network namespace",
    [call("prctl", PR.SET_DUMPABLE, 0), call("setns", fd, CLONE.NEWNET)],
    `nsenter --net=/proc/self/fd/${fd}`,
  );
}

function enterWithUserns(fd: number): Step {
  return step("enter the user namespace that owns the network namespace, and that", [
    call("prctl", PR.SET_DUMPABLE, 0),
    into(USERNS, call("ioctl", fd, NS.GET_USERNS)),
    into("entered", ignoring(call("setns", value(USERNS), CLONE.NEWUSER))),
    call("close", value(USERNS)),
    // When that was refused, this is.
    call("setns", fd, CLONE.NEWNET),
  ]);
}
