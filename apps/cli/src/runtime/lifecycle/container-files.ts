import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { isErrno, O } from "@wb/syscall";
import type { ContainerRecord } from "./container-record.ts";
import { LifecycleError } from "./lifecycle-error.ts";

/** The files of a container's directory. */
export const CONTAINER_FILES = {
  record: "state.json",
  config: "config.json",
  fifo: "exec.fifo",
  notify: "notify",
} as const;

export type ContainerFile = keyof typeof CONTAINER_FILES;

/** What a container's directory says of it; undefined where it was not written yet. @throws LifecycleError when there is no directory */
export function readRecord(root: string, id: string): ContainerRecord | undefined {
  const path = directoryOf(root, id);
  closeSync(openDirectory(path, id));
  try {
    const record: unknown = JSON.parse(readFileSync(fileOf(path, "record"), "utf8"));
    return isRecord(record) && record.id === id ? record : undefined;
  } catch (error) {
    // Written as a whole, but a full disk or a hand may have left anything.
    if (isErrno(error, "ENOENT") || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** By the fields that decide what is killed. */
function isRecord(value: unknown): value is ContainerRecord {
  const { id, init_process_pid: pid, init_process_start: start, bundle, cgroup = "", scope = "" } = Object(value);
  const texts: unknown[] = [id, bundle, cgroup, scope];
  return Number.isInteger(pid) && Number.isInteger(start) && texts.every((text) => typeof text === "string");
}

export function fileOf(path: string, name: ContainerFile): string {
  return `${path}/${CONTAINER_FILES[name]}`;
}

/** Ids of containers that have a directory. */
export function containerIds(root: string): string[] {
  try {
    return readdirSync(root).filter((name) => ID.test(name));
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}

/** runc's: no path, and no flag (crun 1.28). */
const ID = /^[a-zA-Z0-9_+.][a-zA-Z0-9_+.-]*$/;

/** NAME_MAX, limits.h, less what a temporary name may need. */
const LONGEST_ID = 245;

/** The path of a container's directory. @throws LifecycleError for what is no id */
export function directoryOf(root: string, id: string): string {
  if (!ID.test(id) || id === "." || id === ".." || id.length > LONGEST_ID) {
    const [character] = /[^a-zA-Z0-9_+.-]/u.exec(id) ?? [];
    // crun's words.
    const invalid = character === undefined ? "" : `invalid character \`${character}\` in the ID: `;
    throw new LifecycleError("WB_CONTAINER_ID", `invalid container ID format: ${JSON.stringify(id)}`, {
      id,
      hint: `${invalid}letters, digits and _ + - . are allowed, at most ${LONGEST_ID}, with no - at the beginning`,
    });
  }
  return `${root}/${id}`;
}

/** @throws LifecycleError when there is none */
export function openDirectory(path: string, id: string): number {
  try {
    return openSync(path, O.RDONLY | O.DIRECTORY | O.CLOEXEC | O.NOFOLLOW);
  } catch (cause) {
    if (!isErrno(cause, "ENOENT", "ENOTDIR", "ELOOP")) throw cause;
    throw new LifecycleError("WB_CONTAINER_NOT_FOUND", "container does not exist", { id, cause });
  }
}
