import { readdirSync, readlinkSync } from "node:fs";
import { isErrno } from "@wb/syscall";

export interface PassedFds {
  /** By the same numbers. */
  readonly fds: Readonly<Record<number, number>>;
  /** What tells the command of sockets that systemd opened, sd_listen_fds(3). */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The file descriptors that a command gets besides its stdio: those of LISTEN_FDS and `--preserve-fds`, from 3 on. As crun has
 * it, a number that the caller did not open is left out: who counts on it finds it closed, sd_listen_fds(3).
 *
 * To be called before anything is opened: what this process opens itself would be passed on (CVE-2024-21626).
 */
export function passedFds(preserved = 0, env: NodeJS.ProcessEnv = process.env): PassedFds {
  const listening = /^\d{1,4}$/.test(env["LISTEN_FDS"] ?? "") ? Number(env["LISTEN_FDS"]) : 0;
  if (preserved === 0 && listening === 0) return { fds: {}, env: {} };
  const fds = [...givenFds()].filter((fd) => fd >= FIRST && fd < FIRST + Math.max(preserved, listening));
  return {
    fds: Object.fromEntries(fds.map((fd) => [fd, fd])),
    env: listening === 0 ? {} : { LISTEN_FDS: String(listening), LISTEN_PID: "1" },
  };
}

/** After stdin, stdout and stderr. */
const FIRST = 3;

/** What is open and is not Node's: its event loops, and its pipes, which have both ends in this process. */
function givenFds(): ReadonlySet<number> {
  const open = readdirSync("/proc/self/fd").map((name) => ({ fd: Number(name), target: targetOf(name) }));
  const ends = (target: string): number => open.filter((other) => other.target === target).length;
  const given = open.filter(
    ({ target }) =>
      target !== undefined && !NODES_OWN.test(target) && !(target.startsWith("pipe:") && ends(target) > 1),
  );
  return new Set(given.map(({ fd }) => fd));
}

const NODES_OWN = /^anon_inode:\[(?:eventpoll|eventfd|io_uring)\]$/;

/** @returns undefined for the directory that is read itself */
function targetOf(name: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${name}`);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}
