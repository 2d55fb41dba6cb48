import { linkAdd, linkDelete, linkGet, linkSet, type Netns } from "@wb/net";
import type { Command } from "../../../command/command.ts";
import { netCommand } from "../net-command.ts";
import { linkSettings } from "../options/link-settings.ts";
import { netnsOption } from "../options/netns-option.ts";
import { macOption } from "../options/values.ts";
import { VETH_ADD } from "./add-flags.ts";

const NAME = "net veth add";

/** `wb net veth add`: veth(4). */
export const vethAddCommand: Command = netCommand(VETH_ADD, ({ flags, words: [name = ""] }) => {
  const settings = linkSettings(NAME, flags);
  const netns = netnsOption(flags.netns);
  const peerNetns = netnsOption(flags["peer-netns"]);
  const peerAddress = macOption(NAME, "--peer-address", flags["peer-address"]);
  const peer = {
    ...(flags.peer === undefined ? {} : { name: flags.peer }),
    ...(settings.mtu === undefined ? {} : { mtu: settings.mtu }),
    ...(peerAddress === undefined ? {} : { address: peerAddress }),
    ...(peerNetns === undefined ? {} : { netns: peerNetns }),
  };
  const isAny = Object.keys(peer).length === 0;
  linkAdd({ name, kind: "veth", ...settings, ...(isAny ? {} : { peer }) }, { netns });
  if (settings.up === true) setPeerUp(name, netns, peerNetns);
  return 0;
});

/** The message that makes a pair sets one end up. */
function setPeerUp(name: string, netns: Netns | undefined, peerNetns: Netns | undefined): void {
  try {
    const { link } = linkGet(name, { netns });
    if (link !== undefined) linkSet(link, { up: true }, { netns: peerNetns ?? netns });
  } catch (error) {
    linkDelete(name, { netns });
    throw error;
  }
}
