import { NETNS_FLAG, removalNames } from "../common-flags.ts";
import type { NetFlags, NetSpec } from "../net-spec.ts";

/** `wb net publish rm`: docker-run(1), -p. */
export const PUBLISH_RM: NetSpec<NetFlags<"netns">> = {
  name: "net publish rm",
  summary: "Take back what publish add did",
  aliases: removalNames("publish"),
  words: "[IP:]PORT[:ADDRESS:PORT][/PROTOCOL] [...]",
  count: { least: 1 },
  text: `Take back what wb net publish add did. Of what is not given, all that are there go: PORT is of any address and leads
anywhere, but without a PROTOCOL it is tcp.`,
  flags: {
    ...NETNS_FLAG,
  },
  examples: ["wb net publish rm 8080", "wb net publish rm 192.0.2.1:5300-5310/udp"],
  completes: ["published"],
};
