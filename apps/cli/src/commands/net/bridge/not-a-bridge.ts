import { UserError } from "../../../user-error.ts";

/** The error for a link of another kind. */
export function notABridge(name: string): UserError {
  return new UserError(`${name} is no bridge`, { hint: "wb net bridge ls", exitStatus: 1 });
}
