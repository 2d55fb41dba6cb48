import { parseDuration as parse } from "../durations.ts";
import { UserError } from "../user-error.ts";

/**
 * Milliseconds of a duration as Go writes it: `5s`, `1m30s`, `500ms`, `1.5h`.
 *
 * @throws UserError for what is none
 */
export function parseDuration(name: string, text: string): number {
  try {
    return parse(text);
  } catch (error) {
    throw new UserError(`invalid value ${JSON.stringify(text)} for flag -${name}: parse error`, {
      hint: "a number with a unit is meant: 5s, 500ms",
      cause: error,
    });
  }
}
