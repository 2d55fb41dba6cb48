import { UserError } from "../user-error.ts";
import { containerIds, idOfName } from "./state.ts";

/**
 * The id of the container that a name, an id or the beginning of one stands for, in docker's order.
 *
 * @throws UserError when there is none, or the beginning is that of several
 */
export function findContainer(reference: string): string {
  const ids = containerIds();
  const id = ids.find((one) => one === reference) ?? idOfName(reference);
  if (id !== undefined) return id;
  const [found, second] = /^[0-9a-f]+$/.test(reference) ? ids.filter((one) => one.startsWith(reference)) : [];
  if (second !== undefined)
    throw new UserError(`several containers have an id that begins with ${reference}`, { hint: "give more of the id" });
  if (found === undefined)
    throw new UserError(`no such container: ${JSON.stringify(reference)}`, {
      hint: "name one that a wb run of this machine runs now: its --name, or its id",
    });
  return found;
}
