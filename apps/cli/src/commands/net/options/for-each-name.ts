import { EXIT_FAILURE } from "../../../in-place/exit-failure.ts";
import { reportError } from "../../../report-error.ts";
import { UserError } from "../../../user-error.ts";
import { inWords } from "../net-command.ts";

/** Does something with each; one that fails does not stand in the way of the others. @returns the exit status: that of the last failure */
export function forEachName(words: readonly string[], action: (word: string) => void): number {
  let status = 0;
  for (const word of words) {
    try {
      action(word);
    } catch (error) {
      const told = inWords(error);
      reportError(told, { debug: false, failure: EXIT_FAILURE });
      status = told instanceof UserError && told.exitStatus !== 125 ? told.exitStatus : EXIT_FAILURE;
    }
  }
  return status;
}
