import { flagError } from "./flag-error.ts";

/** A line of the container's /etc/hosts. */
export interface ExtraHost {
  readonly name: string;
  /** An address, or `host-gateway`: the host's on the container's network. */
  readonly address: string;
}

/**
 * Parses `--add-host NAME:ADDRESS` or `NAME=ADDRESS`, of which the address may stand in brackets.
 *
 * @throws UserError in docker's words (docker/cli, opts.ValidateExtraHost)
 */
export function parseExtraHost(text: string): ExtraHost {
  const hint = "NAME:ADDRESS or NAME=ADDRESS: db:10.0.0.2, db=fd00::2, host:host-gateway";
  const separator = text.includes("=") ? "=" : ":";
  const index = text.indexOf(separator);
  const name = text.slice(0, Math.max(0, index));
  if (name === "" || name.includes(":"))
    throw flagError("--add-host", text, `bad format for add-host: ${JSON.stringify(text)}`, hint);
  const value = text.slice(index + 1);
  const address = value.length > 2 && /^\[.*\]$/.test(value) ? value.slice(1, -1) : value;
  if (address !== "host-gateway" && !isAddress(address.trim()))
    throw flagError("--add-host", text, `invalid IP address in add-host: ${JSON.stringify(address)}`, hint);
  return { name, address };
}

const BYTE = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
const IPV4 = new RegExp(String.raw`^${BYTE}(?:\.${BYTE}){3}$`);

/** node:net, which could tell, would be loaded for this alone. */
function isAddress(text: string): boolean {
  return IPV4.test(text) || (/^[\da-f:.]+$/i.test(text) && text.includes(":") && URL.canParse(`http://[${text}]/`));
}
