import { batch, linkGet, openNetlink, planBridgePortSet, planLinkSet } from "@wb/net";
import type { Command } from "../../../command/command.ts";
import { usage } from "../../../flags.ts";
import { UserError } from "../../../user-error.ts";
import { netCommand } from "../net-command.ts";
import { linkSettings } from "../options/link-settings.ts";
import { netnsOption } from "../options/netns-option.ts";
import { numberOption } from "../options/values.ts";
import { notABridge } from "./not-a-bridge.ts";
import { BRIDGE_PORT } from "./port-flags.ts";

const NAME = "net bridge port";

/** `wb net bridge port`: bridge(8). */
export const bridgePortCommand: Command = netCommand(BRIDGE_PORT, ({ flags, words: [name = ""] }) => {
  const { master } = linkSettings(NAME, flags);
  const cost = numberOption(NAME, "--cost", flags.cost, 65_535);
  const priority = numberOption(NAME, "--priority", flags.priority, 63);
  const switches = SWITCHES.flatMap((flag) => (flags[flag] === undefined ? [] : [[flag, flags[flag]] as const]));
  const port = {
    ...Object.fromEntries(switches),
    ...(cost === undefined ? {} : { cost }),
    ...(priority === undefined ? {} : { priority }),
  };
  const isSet = Object.keys(port).length > 0;
  if (isSet && master === null) throw usage(NAME, "with --nomaster it is no port, which could be set");
  if (!isSet && master === undefined)
    throw usage(NAME, `nothing to change of ${name}`, `wb net bridge port ${name} --master BRIDGE`);
  using socket = openNetlink("route", { netns: netnsOption(flags.netns) });
  if (typeof master === "string" && linkGet(master, socket).kind !== "bridge") throw notABridge(master);
  if (master === undefined && linkGet(name, socket).portKind !== "bridge")
    throw new UserError(`${name} is no port of a bridge`, {
      hint: `wb net bridge port ${name} --master BRIDGE`,
      exitStatus: 1,
    });
  batch(
    [
      ...(master === undefined ? [] : [planLinkSet(name, { master })]),
      ...(isSet ? [planBridgePortSet(name, port)] : []),
    ],
    socket,
  );
  return 0;
});

const SWITCHES = ["hairpin", "isolated", "learning", "flood", "guard"] as const;
