import { UserError } from "../../user-error.ts";
import type { Port } from "./port-text.ts";

/**
 * What docker port prints: `80/tcp -> 0.0.0.0:8080` for each published port, or where one of them is.
 *
 * @param wanted `80` or `80/udp`
 * @throws UserError in docker's words for one that is not published
 */
export function portLines(ports: readonly Port[], container: string, wanted?: string): string[] {
  const published = ports.filter(({ publicPort }) => publicPort !== undefined);
  if (wanted === undefined)
    return published
      .map((port) => `${port.privatePort}/${port.type} -> ${hostText(port)}`)
      .toSorted((one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10) || (one < other ? -1 : 1));
  const [, number, type = "tcp"] = /^(\d{1,5})(?:\/([a-z]+))?$/.exec(wanted) ?? [];
  if (number === undefined)
    throw new UserError(`invalid port ${JSON.stringify(wanted)}`, {
      hint: "a port, or one with a protocol: 80, 53/udp",
    });
  const found = published.filter((port) => String(port.privatePort) === number && port.type === type);
  if (found.length === 0) {
    const other = published.find((port) => String(port.privatePort) === number);
    const hint = other === undefined ? undefined : `wb port ${container} ${number}/${other.type}`;
    throw new UserError(`No public port '${wanted}' published for ${container}`, { hint });
  }
  return found.map(hostText);
}

function hostText({ ip = "0.0.0.0", publicPort }: Port): string {
  return ip.includes(":") ? `[${ip}]:${publicPort}` : `${ip}:${publicPort}`;
}
