import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isErrno, O } from "@wb/syscall";
import { dockerignore } from "../dockerfile/dockerignore.ts";

/** The files that COPY and ADD may take. */
export interface BuildContext extends Disposable {
  /** An open directory. */
  readonly root: number;
  readonly isIgnored: (path: string) => boolean;
  /** Whether a `.dockerignore` leaves anything out. */
  readonly hasIgnored: boolean;
}

/** @param dockerfile the Dockerfile's path, beside which its own `.dockerignore` may be */
export function openBuildContext(directory: string, dockerfile: string): BuildContext {
  const root = openSync(directory, O.RDONLY | O.DIRECTORY | O.CLOEXEC);
  const own = readText(`${dockerfile}.dockerignore`) ?? readText(join(directory, ".dockerignore"));
  const { ignores } = dockerignore(own ?? "");
  return { root, isIgnored: ignores, hasIgnored: own !== undefined, [Symbol.dispose]: () => closeSync(root) };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}
