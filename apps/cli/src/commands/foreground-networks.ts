import { hostname as hostnameOfHost } from "node:os";
import type { JoinedNetworks } from "../engine/networks/join-networks.ts";
import { hasNetworkFiles } from "../engine/networks/network-file-mounts.ts";
import type { RunOptions } from "../engine/run-options.ts";
import { dataDirectory } from "../engine/store/directories.ts";
import { nameOfId } from "../engine/store/names.ts";

export interface ForegroundContainer {
  readonly id: string;
  /** Its own in the store. */
  readonly directory: string;
  /** Undefined: it is this machine's. */
  readonly hostname: string | undefined;
  readonly warn: (message: string) => void;
}

/**
 * The networks of a container that ends with its `wb run`, which it leaves when this is disposed of. What has to do with networks is loaded only for
 * containers that are on some.
 */
export async function openNetworks(
  options: RunOptions,
  { id, directory, hostname = hostnameOfHost(), warn }: ForegroundContainer,
): Promise<(Pick<JoinedNetworks, "connect"> & Disposable) | undefined> {
  if (!hasNetworkFiles(options)) return undefined;
  const { joinOrWarn } = await import("../engine/networks/join-or-warn.ts");
  const { leaveNetworks } = await import("../engine/networks/leave-networks.ts");
  const name = nameOfId(dataDirectory(), id) ?? "";
  const { connect } = joinOrWarn({ id, name, options, directory, hostname }, warn);
  return { connect, [Symbol.dispose]: () => leaveNetworks(id) };
}
