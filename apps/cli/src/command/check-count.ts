import type { Flags, Parsed } from "../flags.ts";
import { UserError } from "../user-error.ts";
import type { CommandSpec } from "./command-spec.ts";
import { usageLine } from "./help-text.ts";

/** @throws UserError in docker's words: `"wb stop" requires at least 1 argument.` */
export function checkCount(spec: CommandSpec, { flags, words: { length: count } }: Parsed<Flags>): void {
  const { least = 0, most = Number.POSITIVE_INFINITY, instead } = spec.count ?? {};
  const isMade = instead !== undefined && flags[instead] !== undefined;
  if (count >= least - (isMade ? 1 : 0) && count <= most) return;
  throw new UserError(`"wb ${spec.name}" ${meant(least, most)}.`, {
    hint: `see 'wb ${spec.name} --help'`,
    usage: usageLine(spec),
    exitStatus: REFUSED,
  });
}

/** docker's, of docker run too, whose other failures have 125. */
const REFUSED = 1;

/** github.com/docker/cli, cli/required.go. */
function meant(least: number, most: number): string {
  const argument = (count: number): string => `${count} ${count === 1 ? "argument" : "arguments"}`;
  if (most === 0) return "accepts no arguments";
  if (least === most) return `requires exactly ${argument(least)}`;
  if (most === Number.POSITIVE_INFINITY) return `requires at least ${argument(least)}`;
  if (least === 0) return `requires at most ${argument(most)}`;
  return `requires at least ${least} and at most ${argument(most)}`;
}
