import { flushUdp, openNetlink, publishedPorts, type PublishedPort, unpublish } from "@wb/net";
import type { Command } from "../../../command/command.ts";
import { EXIT_FAILURE } from "../../../in-place/exit-failure.ts";
import { UserError } from "../../../user-error.ts";
import { netCommand } from "../net-command.ts";
import { forEachName } from "../options/for-each-name.ts";
import { netnsOption } from "../options/netns-option.ts";
import { addressOf, parsePattern, type PublishedPattern } from "./parse-published.ts";
import { PUBLISH_RM } from "./rm-flags.ts";

/** `wb net publish rm`: what `wb net publish add` did, or `-p` of a container. */
export const publishRemoveCommand: Command = netCommand(PUBLISH_RM, ({ flags, words }) => {
  const patterns = new Map(words.map((word) => [word, parsePattern(word)]));
  using socket = openNetlink("netfilter", { netns: netnsOption(flags.netns) });
  return forEachName(words, (word) => {
    const found = publishedPorts(socket).filter((port) => patterns.get(word)?.some((one) => matches(one, port)));
    if (found.length === 0)
      throw new UserError(`${word} is not published`, { hint: "wb net publish ls", exitStatus: EXIT_FAILURE });
    unpublish(found, socket);
    const udp = found.filter(({ protocol }) => protocol === "udp").map(({ port }) => port);
    if (udp.length > 0) flushUdp({ ports: udp }, socket);
  });
});

function matches({ address, port, protocol, to }: PublishedPattern, published: PublishedPort): boolean {
  if (published.port !== port || published.protocol !== protocol) return false;
  if (address !== undefined && address !== addressOf(published)) return false;
  return to === undefined || (to.address === published.to.address && to.port === published.to.port);
}
