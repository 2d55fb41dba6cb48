import { publishedPorts, type PublishedPort } from "@wb/net";
import type { Command } from "../../../command/command.ts";
import { netCommand } from "../net-command.ts";
import { type NetList, printList } from "../options/list-of.ts";
import { netnsOption } from "../options/netns-option.ts";
import { PUBLISH_LS } from "./ls-flags.ts";
import { addressOf, bracketed, publishedText } from "./parse-published.ts";

/** `wb net publish ls`: what `nft list table inet wb` has of it. */
export const publishListCommand: Command = netCommand(PUBLISH_LS, ({ flags }) =>
  printList(PUBLISHED, publishedPorts({ netns: netnsOption(flags.netns) }), flags),
);

const PUBLISHED: NetList<"Address" | "Port" | "Protocol" | "Published" | "To" | "ToAddress" | "ToPort", PublishedPort> =
  {
    columns: {
      Address: { header: "ADDRESS", value: addressOf },
      Port: { header: "PORT", value: ({ port }) => String(port) },
      Protocol: { header: "PROTOCOL", value: ({ protocol = "tcp" }) => protocol },
      Published: { header: "PUBLISHED", value: publishedText },
      To: { header: "TO", value: ({ to }) => `${bracketed(to.address)}:${to.port}` },
      ToAddress: { header: "TO ADDRESS", value: ({ to }) => to.address },
      ToPort: { header: "TO PORT", value: ({ to }) => String(to.port) },
    },
    fields: ["Address", "Port", "Protocol", "To"],
    name: publishedText,
  };
