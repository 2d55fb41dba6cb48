import type { AddrOptions } from "@wb/net";
import { type FlagValues, usage } from "../../../flags.ts";
import { SCOPES } from "../options/route-words.ts";
import { ipOption, numberOption, prefixWord, wordOrNumber } from "../options/values.ts";
import type { ADDR_FLAGS } from "./addr-settings.ts";

/** What flags say of an address. @throws UserError */
export function addrOptions(command: string, flags: FlagValues<typeof ADDR_FLAGS>): AddrOptions {
  const { dev, peer, broadcast, label, nodad, noprefixroute } = flags;
  if (dev === undefined)
    throw usage(command, `wb ${command} needs the link that has the address`, `wb ${command} ADDRESS/PREFIX dev LINK`);
  const scope = wordOrNumber(command, "--scope", flags.scope, SCOPES);
  const metric = numberOption(command, "--metric", flags.metric);
  const validLft = seconds(command, "--valid-lft", flags["valid-lft"]);
  const preferredLft = seconds(command, "--preferred-lft", flags["preferred-lft"]);
  return {
    dev,
    ...(peer === undefined ? {} : { peer: prefixWord(command, "--peer", peer) }),
    ...(broadcast === undefined ? {} : { broadcast: broadcast === "+" ? "+" : broadcastOf(command, broadcast) }),
    ...(label === undefined ? {} : { label }),
    ...(scope === undefined ? {} : { scope }),
    ...(metric === undefined ? {} : { metric }),
    ...(nodad === undefined ? {} : { nodad }),
    ...(noprefixroute === undefined ? {} : { noprefixroute }),
    ...(validLft === undefined ? {} : { validLft }),
    ...(preferredLft === undefined ? {} : { preferredLft }),
  };
}

function broadcastOf(command: string, text: string): string {
  return ipOption(command, "--broadcast", text) ?? text;
}

/** `forever` is ip(8)'s. */
function seconds(command: string, flag: string, text: string | undefined): number | undefined {
  return text === "forever" ? Number.POSITIVE_INFINITY : numberOption(command, flag, text);
}
