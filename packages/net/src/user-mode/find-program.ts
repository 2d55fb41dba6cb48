import { accessSync, constants, statSync } from "node:fs";
import { NetError } from "../net-error.ts";
import { USER_MODE_PROGRAMS, type UserModeProgram } from "./user-mode.ts";

/** The Debian packages that have them. */
const PACKAGES: Readonly<Record<UserModeProgram, string>> = { pasta: "passt", slirp4netns: "slirp4netns" };

/** The path of a program in `$PATH`. @throws NetError WB_NET_PROGRAM naming the package that has it */
export function userModePath(program: UserModeProgram, path: string = process.env["PATH"] ?? ""): string {
  const found = pathOf(program, path);
  if (found !== undefined) return found;
  throw new NetError("WB_NET_PROGRAM", `${program} was not found in $PATH`, {
    hint: `apt-get install ${PACKAGES[program]}`,
  });
}

/** The program of those that are there which is preferred; without any of them the one to ask for. */
export function preferredUserMode(path: string = process.env["PATH"] ?? ""): UserModeProgram {
  return USER_MODE_PROGRAMS.find((program) => pathOf(program, path) !== undefined) ?? USER_MODE_PROGRAMS[0];
}

function pathOf(program: UserModeProgram, path: string): string | undefined {
  return path
    .split(":")
    .filter((directory) => directory.startsWith("/"))
    .map((directory) => `${directory}/${program}`)
    .find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
