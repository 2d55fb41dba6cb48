import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { call, closeFd, into, O, run, step } from "@wb/syscall";
import { NetError } from "../net-error.ts";
import { userModePath } from "./find-program.ts";
import { openKnownProcess, processText, readProcessFile } from "./process-file.ts";
import { startPasta } from "./start-pasta.ts";
import { startSlirp4netns } from "./start-slirp4netns.ts";
import { endProcess, stopUserMode, USER_MODE_FILES } from "./stop-user-mode.ts";
import type { UserModePort, UserModeProgram } from "./user-mode.ts";
import { watchEnd } from "./watch-end.ts";

export interface UserModeRequest {
  readonly program: UserModeProgram;
  /** The first process of the namespaces, with which their network ends. */
  readonly pid: number;
  /** What is written of it: this function makes it, {@link stopUserMode} removes it. An absolute path. */
  readonly directory: string;
  readonly ports: readonly UserModePort[];
}

/** What a program is started with. */
export interface UserModeStart {
  readonly path: string;
  readonly pid: number;
  readonly directory: string;
  readonly log: number;
  readonly ports: readonly UserModePort[];
}

/**
 * Gives the network namespace of a process a network without privileges, in the words of {@link USER_MODE}, and waits in this thread until it is
 * ready. The program stays when this process ends, and ends with the other one.
 *
 * Equivalent to `pasta --config-net -t PORT:PORT PID`, or `slirp4netns --configure PID eth0`
 *
 * @throws NetError WB_NET_PROGRAM when the program is missing, or in its words; WB_NET_VALUE for a port that it cannot publish. Nothing is left then
 */
export function startUserMode({ program, pid, directory, ports }: UserModeRequest): void {
  const path = userModePath(program);
  stopUserMode(directory);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const pidFile = `${directory}/${USER_MODE_FILES.pid}`;
  const log = openSync(`${directory}/${USER_MODE_FILES.log}`, O.RDWR | O.CREAT | O.APPEND | O.CLOEXEC, 0o600);
  try {
    const container = openProcess(pid);
    try {
      const { held } = STARTS[program]({ path, pid, directory, log, ports });
      try {
        const helper = openKnownProcess(pidFile);
        if (helper === undefined) throw new Error("it has ended");
        try {
          const { pid: known } = readProcessFile(pidFile) ?? { pid: 0 };
          watchEnd({ container, helper, held });
          writeFileSync(pidFile, processText(known), { mode: 0o600 });
        } catch (error) {
          endProcess(helper);
          throw error;
        } finally {
          closeFd(helper);
        }
      } finally {
        if (held !== undefined) closeFd(held);
      }
    } finally {
      closeFd(container);
    }
  } catch (cause) {
    const said = textOf(`${directory}/${USER_MODE_FILES.log}`);
    stopUserMode(directory);
    if (cause instanceof NetError) throw cause;
    throw refusal(program, said === "" ? messageOf(cause) : said, cause);
  } finally {
    closeSync(log);
  }
}

const STARTS: Readonly<Record<UserModeProgram, (start: UserModeStart) => { readonly held?: number }>> = {
  pasta: startPasta,
  slirp4netns: startSlirp4netns,
};

function openProcess(pid: number): number {
  return run([step(`refer to the process ${pid}`, [into("pidfd", call("pidfd_open", pid, 0))])]).number("pidfd");
}

function refusal(program: UserModeProgram, text: string, cause: unknown): NetError {
  const hint = HINTS.find(([pattern]) => pattern.test(text))?.[1];
  return new NetError("WB_NET_PROGRAM", `${program}: ${text}`, { hint, cause });
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /\/dev\/net\/tun|tun (?:device|socket)|tap device|TUNSETIFF/i,
    "users may open it where its mode is 666: chmod 666 /dev/net/tun",
  ],
  [/external.*interface|routable interface/i, "this machine has no default route: ip route"],
];

/** What it said, in one line: pasta tells after each line that there is no syslog. */
function textOf(path: string): string {
  return readFileSync(path, "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !NOISE.test(line))
    .slice(-LINES)
    .join("; ");
}

const NOISE = /^Failed to send \d+ bytes to syslog$|^(?:sent|received) tapfd=|^starting slirp|^WARNING:/;

const LINES = 4;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
