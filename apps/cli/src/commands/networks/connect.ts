import { type Command, command } from "../../command/command.ts";
import { withEntry } from "../../engine/containers/with-entry.ts";
import { connectContainer, disconnectContainer } from "../../engine/networks/change-connections.ts";
import { UserError } from "../../user-error.ts";
import { NETWORK_CONNECT, NETWORK_DISCONNECT } from "./connect-flags.ts";
import { refuseOrdinaryUser } from "./refuse-ordinary-user.ts";

/** `wb network connect`: docker-network-connect(1). */
export const networkConnectCommand: Command = command(NETWORK_CONNECT, async ({ flags, words }) => {
  refuseOrdinaryUser();
  const [network = "", container = ""] = words;
  const settings = { aliases: aliases(flags.alias), ip: flags.ip, ip6: flags.ip6, mac: undefined };
  await withEntry(container, async (entry, info) => connectContainer({ entry, info }, network, settings));
  return 0;
});

/** `wb network disconnect`: docker-network-disconnect(1). */
export const networkDisconnectCommand: Command = command(NETWORK_DISCONNECT, async ({ flags, words }) => {
  refuseOrdinaryUser();
  const [network = "", container = ""] = words;
  await withEntry(container, async (entry, info) => {
    try {
      disconnectContainer({ entry, info }, network);
    } catch (error) {
      if (flags.force !== true || !(error instanceof UserError)) throw error;
    }
  });
  return 0;
});

function aliases(texts: readonly string[] = []): readonly string[] {
  const bad = texts.find((text) => !/^[^\s#]+$/.test(text));
  if (bad === undefined) return texts;
  throw new UserError(`invalid argument ${JSON.stringify(bad)} for --alias: one word is meant`, { hint: "--alias db" });
}
