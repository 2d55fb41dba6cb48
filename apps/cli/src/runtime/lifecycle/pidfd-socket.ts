import { call, closeFd, connectUnix, into, run, sendFds, step } from "@wb/syscall";

export interface PidfdSocket extends Disposable {
  /** Sends a pidfd of a process, pidfd_open(2), as runc names it: `standard` is a container's first one. Linux 5.3. */
  readonly send: (pid: number, name: "standard" | "setns") => void;
}

/**
 * Connects with who wants to refer to a process, before there is one.
 *
 * @throws SyscallError when nobody listens there
 */
export function connectPidfdSocket(path: string): PidfdSocket {
  const socket = connectUnix(path);
  return {
    send: (pid, name) => {
      const pidfd = run([step(`refer to process ${pid}`, [into("pidfd", call("pidfd_open", pid, 0))])]).number("pidfd");
      try {
        sendFds(socket, Buffer.from(name), [pidfd]);
      } finally {
        closeFd(pidfd);
      }
    },
    [Symbol.dispose]: () => closeFd(socket),
  };
}
