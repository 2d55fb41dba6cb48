import { type Command, command } from "../../command/command.ts";
import { createNetwork } from "../../engine/networks/create-network.ts";
import { networkName } from "../../engine/networks/network-name.ts";
import { labelsOf } from "../../engine/options/labels.ts";
import { UserError } from "../../user-error.ts";
import { writeAll } from "../../write-all.ts";
import { NETWORK_CREATE } from "./create-flags.ts";
import { refuseOrdinaryUser } from "./refuse-ordinary-user.ts";

/** `wb network create`: docker-network-create(1). */
export const networkCreateCommand: Command = command(NETWORK_CREATE, async ({ flags, words }) => {
  refuseOrdinaryUser();
  const [name = ""] = words;
  const { id } = createNetwork({
    name: networkName(name),
    driver: flags.driver ?? "bridge",
    subnets: flags.subnet ?? [],
    ranges: flags["ip-range"] ?? [],
    gateways: flags.gateway ?? [],
    reserved: pairs("--aux-address", flags["aux-address"]),
    ipv6: flags.ipv6 ?? false,
    internal: flags.internal ?? false,
    labels: labelsOf(flags.label ?? []),
    options: pairs("-o, --opt", flags.opt),
  });
  writeAll(`${id}\n`);
  return 0;
});

function pairs(flag: string, texts: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf("=");
      if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
      throw new UserError(`invalid argument ${JSON.stringify(text)} for ${flag}: KEY=VALUE is meant`, {
        hint: `${flag} host=172.30.0.9`,
      });
    }),
  );
}
