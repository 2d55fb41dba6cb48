import { messageOf, reportError } from "../../report-error.ts";
import { LifecycleError } from "../../runtime/lifecycle/lifecycle-error.ts";
import { UserError } from "../../user-error.ts";
import { writeAll } from "../../write-all.ts";

/**
 * Does something with each container that was named, and prints the name: docker's way. One that fails does not stand in the way of the
 * others.
 *
 * @returns the exit status: 1 if any failed
 */
export async function forEach(
  words: readonly string[],
  action: (word: string) => Promise<string | void>,
  { forgive = () => false, atOnce = 1 }: ForEachOptions = {},
): Promise<number> {
  let status = 0;
  const begun: Promise<string>[] = [];
  for (const [index, word] of words.entries()) {
    for (const next of words.slice(begun.length, index + atOnce)) begun.push(begin(action, next));
    try {
      writeAll(`${await begun[index]}\n`);
    } catch (error) {
      reportError(inWords(word, error), { debug: false, failure: FAILED });
      if (!forgive(error)) status = FAILED;
    }
  }
  return status;
}

interface ForEachOptions {
  /** Of which errors it says no more than that. */
  readonly forgive?: ((error: unknown) => boolean) | undefined;
  /** How many may be under way. Default 1; docker's is {@link AT_ONCE}, where it has one. */
  readonly atOnce?: number;
}

/** docker/cli, cli/command/container/utils.go, defaultParallel: of stop, kill, rm, pause and unpause. */
export const AT_ONCE = 50;

const FAILED = 1;

function begin(action: (word: string) => Promise<string | void>, word: string): Promise<string> {
  const done = Promise.resolve(word).then(async () => (await action(word)) ?? word);
  // It is looked at in its turn: until then Node is not to end the process for it.
  done.catch(() => {});
  return done;
}

function inWords(word: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  const isOver = error instanceof LifecycleError && /^container (?:not |does not exist)/.test(error.message);
  return isOver
    ? new UserError(`container ${word} is not running`, { hint: "it has just ended: wb ps -a", cause: error })
    : new UserError(`${word}: ${messageOf(error)}`, { cause: error });
}
