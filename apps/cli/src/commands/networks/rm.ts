import { type Command, command } from "../../command/command.ts";
import { NoSuchNetwork } from "../../engine/networks/network-named.ts";
import { removeNetwork } from "../../engine/networks/remove-network.ts";
import { forEach } from "../containers/for-each.ts";
import { refuseOrdinaryUser } from "./refuse-ordinary-user.ts";
import { NETWORK_RM } from "./rm-flags.ts";

/** `wb network rm`: docker-network-rm(1). */
export const networkRemoveCommand: Command = command(NETWORK_RM, async ({ flags, words }) => {
  refuseOrdinaryUser();
  return forEach(words, async (word) => void removeNetwork(word), {
    forgive: flags.force === true ? (error) => error instanceof NoSuchNetwork : undefined,
  });
});
