import { linkGet, linkSet, openNetlink } from "@wb/net";
import type { Command } from "../../../command/command.ts";
import { usage } from "../../../flags.ts";
import { netCommand } from "../net-command.ts";
import { linkSettings } from "../options/link-settings.ts";
import { netnsOption } from "../options/netns-option.ts";
import { bridgeData } from "./bridge-data.ts";
import { notABridge } from "./not-a-bridge.ts";
import { BRIDGE_SET } from "./set-flags.ts";

/** `wb net bridge set`: ip-link(8). */
export const bridgeSetCommand: Command = netCommand(BRIDGE_SET, ({ flags, words: [name = ""] }) => {
  const data = bridgeData("net bridge set", flags);
  const settings = linkSettings("net bridge set", flags);
  if (data === undefined && Object.keys(settings).length === 0)
    throw usage("net bridge set", `nothing to change of ${name}`, `wb net bridge set ${name} --vlan-filtering`);
  using socket = openNetlink("route", { netns: netnsOption(flags.netns) });
  if (linkGet(name, socket).kind !== "bridge") throw notABridge(name);
  linkSet(name, data === undefined ? settings : { ...settings, kind: "bridge", data }, socket);
  return 0;
});
