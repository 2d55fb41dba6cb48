import { UserError } from "../../user-error.ts";
import { claimName } from "../store/names.ts";
import { nameCandidates } from "./name-candidates.ts";

/**
 * Gives a container the name that is wanted for it, or one that is free.
 *
 * @throws UserError in docker's words when another container has it
 */
export function takeName(store: string, id: string, wanted: string | undefined): string {
  if (wanted !== undefined) {
    claimName(store, wanted, id);
    return wanted;
  }
  for (const name of nameCandidates(id)) {
    try {
      claimName(store, name, id);
      return name;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }
  throw new UserError("no name is free for the container", { hint: "give it one: --name" });
}
