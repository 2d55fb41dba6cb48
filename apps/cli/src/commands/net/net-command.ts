import { NetError, NetlinkError } from "@wb/net";
import { isSyscallError } from "@wb/syscall";
import { checkCount } from "../../command/check-count.ts";
import { type Command, HELP_FLAG } from "../../command/command.ts";
import { commandHelp } from "../../command/help-text.ts";
import { didYouMean } from "../../did-you-mean.ts";
import { type Flags, type Parsed, parseFlags, usage } from "../../flags.ts";
import { parseAnywhere } from "../../parse-anywhere.ts";
import { hintOf, messageOf } from "../../report-error.ts";
import { UserError } from "../../user-error.ts";
import { writeAll } from "../../write-all.ts";
import { ipWordsOf, ipWordsToFlags } from "./ip-words.ts";
import type { NetSpec } from "./net-spec.ts";

/** As `command`, of a command of `wb net`: settings may be words, as for ip(8), and the statuses are ip(8)'s. */
export function netCommand<T extends Flags>(
  spec: NetSpec<T>,
  action: (line: Parsed<T>) => Promise<number> | number,
): Command {
  return async (args) => {
    const flags = { ...spec.flags, help: HELP_FLAG };
    const parsed =
      spec.flagsFirst === true
        ? parseFlags(spec.name, flags, args)
        : parseAnywhere(spec.name, flags, ipWordsToFlags(spec, args));
    if (parsed.flags.help === true) {
      writeAll(commandHelp(spec));
      return 0;
    }
    refuseUnknownWord(spec, parsed.words);
    checkCount(spec, parsed);
    try {
      return await action(parsed);
    } catch (error) {
      throw inWords(error);
    }
  };
}

/** What the kernel has refused, as ip(8). */
export const EXIT_KERNEL = 2;

/** An error of the networks' library, with the remedy as a command of wb, and the status of ip(8). */
export function inWords(error: unknown): unknown {
  const isRefused = error instanceof NetlinkError || isSyscallError(error);
  if (!isRefused && !(error instanceof NetError)) return error;
  const hint = hintOf(error);
  return new UserError(messageOf(error), {
    hint: hint === undefined ? undefined : REMEDIES.reduce((text, [from, to]) => text.replace(from, to), hint),
    exitStatus: isRefused ? EXIT_KERNEL : 1,
    cause: error,
  });
}

/** Remedies that name functions of the library, or other programs. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/ip netns add/, "wb net netns add"],
  [/ip netns list/, "wb net netns ls"],
  [/ip link show/, "wb net link ls"],
  [/addrReplace sets/, "wb net addr replace sets"],
  [/routeReplace puts/, "wb net route replace puts"],
  [/linkSet with up/, "wb net link set LINK up"],
  [/natReload makes it/, "wb net publish add makes it"],
];

/** Where settings can be words, a word too many is one that there is not. */
function refuseUnknownWord(spec: NetSpec, words: readonly string[]): void {
  const word = words[spec.count?.most ?? Number.POSITIVE_INFINITY];
  const known = ipWordsOf(spec);
  if (word === undefined || known.length === 0) return;
  throw usage(
    spec.name,
    `wb ${spec.name} has no setting ${JSON.stringify(word)}`,
    didYouMean(word, known) ?? `it has ${known.join(", ")}`,
  );
}
