import { ipVersion } from "../ip-version.ts";
import { PORT_PROTOCOLS, type PortProtocol } from "../nat/port-protocols.ts";
import { NetError } from "../net-error.ts";

/** One port of a container, and where it is published. */
export interface PublishSpec {
  /** An address of this machine. Undefined: all of them. */
  readonly hostAddress: string | undefined;
  /** The first and the last port, of which any may be taken; undefined: one that the kernel chooses. */
  readonly hostPorts: PortRange | undefined;
  readonly containerPort: number;
  readonly protocol: PortProtocol;
}

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Reads `docker run -p`: `[[IP:][PORT[-PORT]]:]PORT[-PORT][/PROTOCOL]`, an IPv6 address in brackets. A range of ports is one row for each.
 *
 * @throws NetError WB_NET_VALUE in docker's words (docker/go-connections, nat)
 * @example
 * parsePublish("127.0.0.1:8080:80"); // [{ hostAddress: "127.0.0.1", hostPorts: { first: 8080, last: 8080 }, containerPort: 80, protocol: "tcp" }]
 */
export function parsePublish(text: string): PublishSpec[] {
  const { address, host, container } = splitParts(text);
  const [ports, word] = splitProtocol(container);
  if (ports === "") throw refusal(`no port specified: ${text}<empty>`);
  const protocol = protocolOf(word);
  const hostAddress = addressOf(address);
  const inside = rangeOf(ports, "containerPort");
  const outside = host === "" ? undefined : rangeOf(host, "hostPort");
  const count = inside.last - inside.first + 1;
  const isAny = count === 1;
  if (outside !== undefined && !isAny && outside.last - outside.first + 1 !== count)
    throw refusal(`invalid ranges specified for container and host Ports: ${ports} and ${host}`);
  return Array.from({ length: count }, (_, index) => ({
    hostAddress,
    hostPorts: outside === undefined || isAny ? outside : { first: outside.first + index, last: outside.first + index },
    containerPort: inside.first + index,
    protocol,
  }));
}

/** Reads `docker run --expose`: `PORT[-PORT][/PROTOCOL]`. @throws NetError WB_NET_VALUE in docker's words */
export function parseExpose(text: string): { readonly port: number; readonly protocol: PortProtocol }[] {
  if (text.includes(":")) throw refusal(`invalid port format for --expose: ${text}`);
  const [ports, word] = splitProtocol(text);
  const protocol = protocolOf(word);
  const { first, last } = rangeOf(ports, "containerPort");
  return Array.from({ length: last - first + 1 }, (_, index) => ({ port: first + index, protocol }));
}

interface Parts {
  readonly address: string;
  readonly host: string;
  readonly container: string;
}

/** From the end, since an address has colons of its own. */
function splitParts(text: string): Parts {
  const parts = text.split(":");
  const container = parts.pop() ?? "";
  const host = parts.pop() ?? "";
  return { address: parts.join(":"), host, container };
}

function splitProtocol(text: string): [ports: string, protocol: string] {
  const slash = text.indexOf("/");
  return slash === -1 ? [text, "tcp"] : [text.slice(0, slash), text.slice(slash + 1) || "tcp"];
}

function protocolOf(word: string): PortProtocol {
  const name = word.toLowerCase();
  if (!Object.hasOwn(PORT_PROTOCOLS, name)) throw refusal(`invalid proto: ${word}`, "tcp, udp or sctp");
  return name as PortProtocol;
}

function addressOf(text: string): string | undefined {
  if (text === "") return undefined;
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  if (ipVersion(bare) === 0) throw refusal(`invalid IP address: ${text}`, "an address of this machine is meant");
  return bare;
}

function rangeOf(text: string, what: "containerPort" | "hostPort"): PortRange {
  const [first = "", last = first, ...more] = text.split("-");
  const [from, to] = [first, last].map(portOf);
  if (from === undefined || to === undefined || more.length > 0 || from > to)
    throw refusal(`invalid ${what}: ${text}`, "1 to 65535, or a range: 8000-8010");
  return { first: from, last: to };
}

function portOf(text: string): number | undefined {
  const number = Number(text);
  return /^\d{1,5}$/.test(text) && number >= 1 && number <= 0xffff ? number : undefined;
}

function refusal(message: string, hint?: string): NetError {
  return new NetError("WB_NET_VALUE", message, { hint });
}
