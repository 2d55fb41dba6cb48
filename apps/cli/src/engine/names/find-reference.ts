import { UserError } from "../../user-error.ts";
import { noSuchContainer } from "./no-such-container.ts";

/** What a word of a command line may mean. */
export interface Referent {
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
}

/**
 * The container that a word stands for, in docker's order (moby, daemon/container.go, GetContainer): its id, its name, the
 * beginning of its id.
 *
 * @throws UserError in docker's words, when there is none or the beginning is that of several
 */
export function findReference<T extends Referent>(reference: string, containers: readonly T[]): T {
  if (reference === "") throw new UserError('invalid name or ID supplied: ""', { hint: "see them with wb ps -a" });
  const name = reference.replace(/^\//, "");
  const exact = containers.find((one) => one.id === reference) ?? containers.find((one) => one.name === name);
  if (exact !== undefined) return exact;
  const [found, second] = containers.filter(({ id }) => id.startsWith(reference));
  if (second !== undefined)
    throw new UserError(`multiple IDs found with provided prefix: ${reference}`, { hint: "give more of the id" });
  if (found === undefined) throw noSuchContainer(reference);
  return found;
}
