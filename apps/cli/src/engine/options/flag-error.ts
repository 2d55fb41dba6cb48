import { UserError } from "../../user-error.ts";

/** A flag's value that cannot be: docker's words (spf13/pflag), the reason, and the remedy. */
export function flagError(flag: string, value: string, reason: string, hint?: string): UserError {
  return new UserError(`invalid argument ${JSON.stringify(value)} for "${flag}" flag: ${reason}`, {
    hint,
    misuse: true,
  });
}

/**
 * What a flag's value means: errors of the parser become the flag's.
 *
 * @throws UserError naming the flag and the value
 */
export function parseFor<T>(flag: string, value: string, parse: (value: string) => T): T {
  try {
    return parse(value);
  } catch (error) {
    if (error instanceof UserError) throw flagError(flag, value, error.message, error.hint);
    throw error;
  }
}
