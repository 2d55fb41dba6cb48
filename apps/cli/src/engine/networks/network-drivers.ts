import { checkLinkName } from "@wb/net";
import { UserError } from "../../user-error.ts";

/** What `-o` says of a bridge, in its units. */
export interface BridgeOptions {
  readonly bridge: string | undefined;
  /** Bytes; 0: what the kernel chooses. */
  readonly mtu: number;
  readonly icc: boolean;
  readonly masquerade: boolean;
}

/** @throws UserError for a driver that there is not */
export function checkNetworkDriver(driver: string): asserts driver is "bridge" {
  if (driver === "bridge") return;
  throw new UserError(`could not resolve driver ${driver} in v1 plugin registry: plugin not found`, {
    hint: 'bridge is the driver that there is; "wb net" makes links of other kinds',
  });
}

/** docker's options of its driver bridge. @throws UserError for a value that is none; those that are not known stay without effect, as docker's do */
export function bridgeOptions(options: Readonly<Record<string, string>>): BridgeOptions {
  const name = options["com.docker.network.bridge.name"];
  if (name !== undefined) checkLinkName(name);
  return {
    bridge: name,
    mtu: mtuOf(options["com.docker.network.driver.mtu"] ?? "0"),
    icc: truth(options, "com.docker.network.bridge.enable_icc"),
    masquerade: truth(options, "com.docker.network.bridge.enable_ip_masquerade"),
  };
}

/** Go's strconv.ParseBool. */
function truth(options: Readonly<Record<string, string>>, key: string): boolean {
  const text = options[key] ?? "true";
  if (/^(?:1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(?:0|f|F|FALSE|false|False)$/.test(text)) return false;
  throw new UserError(`invalid value for ${key}: ${JSON.stringify(text)}`, { hint: "true or false" });
}

function mtuOf(text: string): number {
  const mtu = Number(text);
  // Below 68 the kernel takes IPv4 from a link (RFC 791).
  if (/^\d{1,5}$/.test(text) && (mtu === 0 || (mtu >= 68 && mtu <= 65_535))) return mtu;
  throw new UserError(`invalid value for com.docker.network.driver.mtu: ${JSON.stringify(text)}`, {
    hint: "bytes, from 68 to 65535",
  });
}
