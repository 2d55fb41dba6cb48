import type { RouteSpec } from "@wb/net";
import type { FlagValues } from "../../../flags.ts";
import { wordOption } from "../../option-values.ts";
import { familyOption } from "../options/family-option.ts";
import { PROTOCOLS, ROUTE_TYPES, SCOPES, TABLES } from "../options/route-words.ts";
import { ipOption, numberOption, prefixWord, wordOrNumber } from "../options/values.ts";
import type { ROUTE_FLAGS } from "./route-settings.ts";

/** What a command line says of a route. @throws UserError */
export function routeSpec(command: string, to: string, flags: FlagValues<typeof ROUTE_FLAGS>): RouteSpec {
  const { dev, onlink, type } = flags;
  const via = ipOption(command, "--via", flags.via);
  const src = ipOption(command, "--src", flags.src);
  const metric = numberOption(command, "--metric", flags.metric);
  const table = wordOrNumber(command, "--table", flags.table, TABLES);
  const scope = wordOrNumber(command, "--scope", flags.scope, SCOPES);
  const protocol = wordOrNumber(command, "--protocol", flags.protocol, PROTOCOLS);
  const mtu = numberOption(command, "--mtu", flags.mtu);
  const family = familyOption(command, flags);
  return {
    to: to === "default" ? to : prefixWord(command, "TO", to, "default, 10.1.0.0/16 or 10.1.0.1"),
    ...(via === undefined ? {} : { via }),
    ...(dev === undefined ? {} : { dev }),
    ...(src === undefined ? {} : { src }),
    ...(metric === undefined ? {} : { metric }),
    ...(table === undefined ? {} : { table }),
    ...(type === undefined ? {} : { type: wordOption(command, "--type", type, ROUTE_TYPES) }),
    ...(scope === undefined ? {} : { scope }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(mtu === undefined ? {} : { metrics: { mtu } }),
    ...(onlink === undefined ? {} : { onlink }),
    ...(family === undefined ? {} : { family }),
  };
}
