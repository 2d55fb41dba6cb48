import { readdirSync, readlinkSync } from "node:fs";
import { isErrno } from "@wb/syscall";
import { NAME } from "../names/container-name.ts";

/**
 * The ids of containers, each with its name. Without the lock of the directory one that is given another name at this moment may be there
 * twice, or not at all.
 */
export function readNames(root: string): [id: string, name: string][] {
  return entriesOf(`${root}/names`).flatMap((name) => {
    const id = idOfName(root, name);
    return id === undefined ? [] : [[id, name] as [string, string]];
  });
}

/** The id of the container that has a name. */
export function idOfName(root: string, name: string): string | undefined {
  return NAME.test(name) ? targetOf(linkOf(root, name)) : undefined;
}

export function linkOf(root: string, name: string): string {
  return `${root}/names/${name}`;
}

/** Undefined where there is no link. */
export function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch (error) {
    if (isErrno(error, "ENOENT", "EINVAL")) return undefined;
    throw error;
  }
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}
