import { renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../user-error.ts";
import { hasEntry } from "./container-entry.ts";
import { lockDirectory, lockExisting } from "./lock.ts";
import { linkOf, readNames, targetOf } from "./read-names.ts";

/**
 * Gives a container a name, which is one container's at a time: a link from the name to the id, beside the containers' directories.
 *
 * @param root the directory that has `containers` and `names`
 * @throws UserError in docker's words when another container has it
 */
export function claimName(root: string, name: string, id: string): void {
  using _lock = lockNames(root);
  claim(root, name, id);
}

/** Gives a container another name. @throws UserError as {@link claimName}; it keeps the old one then */
export function changeName(root: string, names: { readonly from: string; readonly to: string }, id: string): void {
  using _lock = lockNames(root);
  // At one stroke: a wb that is killed between two would leave it both names.
  if (targetOf(linkOf(root, names.from)) === id && isFree(root, names.to, id))
    renameSync(linkOf(root, names.from), linkOf(root, names.to));
  else claim(root, names.to, id);
}

/** Takes a name away from a container, if it has it. */
export function releaseName(root: string, name: string, id: string): void {
  using _lock = lockNames(root);
  release(root, name, id);
}

/** The names of all containers, by their ids. */
export function namesOf(root: string): ReadonlyMap<string, string> {
  // While one is given another name it may be seen under both, or under none: readdir(3).
  using _lock = lockExisting(join(root, "names"));
  return new Map(readNames(root));
}

/** The name of a container. */
export function nameOfId(root: string, id: string): string | undefined {
  return namesOf(root).get(id);
}

function lockNames(root: string): Disposable {
  return lockDirectory(join(root, "names"));
}

function claim(root: string, name: string, id: string): void {
  if (!isFree(root, name, id)) return;
  const link = linkOf(root, name);
  // Of one that a wb removed that was killed before it came to its name.
  rmSync(link, { force: true });
  symlinkSync(id, link);
}

/** @returns false where it is this container's already. @throws UserError where it is another one's */
function isFree(root: string, name: string, id: string): boolean {
  const other = targetOf(linkOf(root, name));
  if (other === id) return false;
  if (other !== undefined && hasEntry(root, other)) {
    throw new UserError(
      `Conflict. The container name "/${name}" is already in use by container "${other}". You have to remove (or rename) that container to be able to reuse that name.`,
    );
  }
  return true;
}

function release(root: string, name: string, id: string): void {
  const link = linkOf(root, name);
  if (targetOf(link) === id) rmSync(link, { force: true });
}
