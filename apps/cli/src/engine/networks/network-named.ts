import { UserError } from "../../user-error.ts";
import type { NetworkRecord } from "./network-record.ts";
import { allNetworks, readNetwork } from "./network-store.ts";

/**
 * The network that a word stands for, of those that are kept: its name, its id, the beginning of its id; undefined: there is none.
 *
 * @throws UserError in docker's words for the beginning of several
 */
export function networkNamed(reference: string): NetworkRecord | undefined {
  const exact = readNetwork(reference);
  if (exact !== undefined || reference === "") return exact;
  const matches = allNetworks().filter(({ id }) => id.startsWith(reference));
  if (matches.length > 1)
    throw new UserError(`network ${reference} is ambiguous (${matches.length} matches found on ID prefix)`, {
      hint: "give more of the id",
    });
  return matches[0];
}

/** docker's words. */
export class NoSuchNetwork extends UserError {}

export function noSuchNetwork(reference: string): NoSuchNetwork {
  return new NoSuchNetwork(`network ${reference} not found`, {
    hint: "see them with wb network ls, or make it: wb network create",
  });
}
