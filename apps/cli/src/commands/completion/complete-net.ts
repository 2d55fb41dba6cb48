import { ipWordsOf, ipWordsToFlags } from "../net/ip-words.ts";
import { findNetSpec, specsOf, verbOf } from "../net/net-help.ts";
import { NET_OBJECTS } from "../net/net-specs.ts";
import { completeCommand, type Completion, ofKind, rows } from "./complete-words.ts";

/** What can stand at the end of a command line of `wb net`. */
export function completeNet(args: readonly string[], last: string): Completion {
  const [object, verb] = args;
  if (object === undefined)
    return rows(Object.entries(NET_OBJECTS).map(([name, summary]) => ({ names: [name], summary })));
  if (verb === undefined) return rows(specsOf(object).map(({ name, summary }) => ({ names: [verbOf(name)], summary })));
  const spec = findNetSpec(args);
  if (spec === undefined) return ofKind("nothing");
  const given = ipWordsToFlags(spec, args.slice(2));
  const found = completeCommand(spec, given, last);
  // Behind the words that it needs, settings may be words.
  const isSetting =
    found.kind === "nothing" &&
    found.entries.length === 0 &&
    spec.count?.most !== undefined &&
    given.filter((word) => !word.startsWith("-")).length >= (spec.count.least ?? 0);
  return isSetting ? { ...found, entries: ipWordsOf(spec).map((word) => [word, ""] as const) } : found;
}
