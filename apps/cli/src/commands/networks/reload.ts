import { type Command, command } from "../../command/command.ts";
import { reloadNetworks } from "../../engine/networks/reload-networks.ts";
import { NETWORK_RELOAD } from "./connect-flags.ts";
import { refuseOrdinaryUser } from "./refuse-ordinary-user.ts";

/** `wb network reload`: podman-network-reload(1). */
export const networkReloadCommand: Command = command(NETWORK_RELOAD, async () => {
  refuseOrdinaryUser();
  reloadNetworks();
  return 0;
});
