import type { LinkSettings } from "@wb/net";
import { usage } from "../../../flags.ts";
import { macOption, numberOption } from "./values.ts";

interface LinkFlagValues {
  readonly up?: boolean;
  readonly down?: boolean;
  readonly mtu?: string;
  readonly address?: string;
  readonly master?: string;
  readonly nomaster?: boolean;
}

type Settings = Pick<LinkSettings, "up" | "mtu" | "address" | "master">;

/** What flags say of a link, without what is not given. @throws UserError */
export function linkSettings(command: string, flags: LinkFlagValues): Settings {
  const { up, down = false, nomaster = false, master } = flags;
  if (up !== undefined && down) throw usage(command, "--up and --down exclude each other");
  if (master !== undefined && nomaster) throw usage(command, "--master and --nomaster exclude each other");
  const isUp = down ? false : up;
  const mtu = numberOption(command, "--mtu", flags.mtu);
  const address = macOption(command, "--address", flags.address);
  return {
    ...(isUp === undefined ? {} : { up: isUp }),
    ...(mtu === undefined ? {} : { mtu }),
    ...(address === undefined ? {} : { address }),
    ...(master === undefined ? {} : { master }),
    ...(nomaster ? { master: null } : {}),
  };
}
