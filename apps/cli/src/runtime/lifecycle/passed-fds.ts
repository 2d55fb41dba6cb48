import { fstatSync } from "node:fs";
import { isErrno } from "@wb/syscall";
import { UserError } from "../../user-error.ts";

export interface PassedFds {
  /** By the same numbers. */
  readonly fds: Readonly<Record<number, number>>;
  /** What tells the command of sockets that systemd opened, sd_listen_fds(3). */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The file descriptors that a command gets besides its stdio: those of `--preserve-fds`, from 3 on, and behind them those of
 * LISTEN_FDS.
 *
 * @throws UserError for one that is not open
 */
export function passedFds(preserved = 0, env: NodeJS.ProcessEnv = process.env): PassedFds {
  const listening = /^\d{1,4}$/.test(env["LISTEN_FDS"] ?? "") ? Number(env["LISTEN_FDS"]) : 0;
  const fds = Array.from({ length: Math.max(preserved, listening) }, (_, index) => index + 3);
  for (const fd of fds) refuseClosed(fd);
  return {
    fds: Object.fromEntries(fds.map((fd) => [fd, fd])),
    env: listening === 0 ? {} : { LISTEN_FDS: String(listening), LISTEN_PID: "1" },
  };
}

function refuseClosed(fd: number): void {
  try {
    fstatSync(fd);
  } catch (cause) {
    if (!isErrno(cause, "EBADF")) throw cause;
    throw new UserError(`the file descriptor ${fd} is to be passed on and is not open`, {
      hint: "--preserve-fds N and LISTEN_FDS=N mean the N after stderr",
      cause,
    });
  }
}
