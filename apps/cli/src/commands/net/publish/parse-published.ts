import { formatIp, parseIp, parsePublish, type PortProtocol, type PublishedPort } from "@wb/net";
import { messageOf } from "../../../report-error.ts";
import { UserError } from "../../../user-error.ts";

/**
 * Reads `[IP:]PORT:ADDRESS:PORT[/PROTOCOL]`, with ranges of ports and IPv6 addresses in brackets: one port for each of a range.
 *
 * @throws UserError
 */
export function parsePublished(text: string): PublishedPort[] {
  const [, front, inBrackets, plain, container] = PUBLISHED.exec(text) ?? [];
  const target = inBrackets ?? plain;
  if (front === undefined || target === undefined || container === undefined)
    throw refused(text, "[IP:]PORT:ADDRESS:PORT[/PROTOCOL] is meant");
  const to = checkedAddress(text, target);
  return specs(text, `${front}:${container}`).map(({ hostAddress, hostPorts, containerPort, protocol }) => {
    if (hostPorts === undefined || hostPorts.first !== hostPorts.last)
      throw refused(text, "a port, or a range for a range of the same size, is meant");
    if (hostAddress !== undefined && isIpv6(hostAddress) !== isIpv6(to))
      throw refused(text, `${hostAddress} and ${to} are of different families`);
    return { ...at(hostAddress), port: hostPorts.first, protocol, to: { address: to, port: containerPort } };
  });
}

/** What is to be taken back: what is undefined may be anything. */
export interface PublishedPattern {
  /** As {@link addressOf} has it. */
  readonly address: string | undefined;
  readonly port: number;
  readonly protocol: PortProtocol;
  readonly to: PublishedPort["to"] | undefined;
}

/** Reads `[IP:]PORT[:ADDRESS:PORT][/PROTOCOL]`. @throws UserError */
export function parsePattern(text: string): PublishedPattern[] {
  if (PUBLISHED.test(text)) {
    const isAny = /^[\d-]+:/.test(text);
    return parsePublished(text).map((one) => ({
      address: isAny ? undefined : addressOf(one),
      port: one.port,
      protocol: one.protocol ?? "tcp",
      to: one.to,
    }));
  }
  const [, front = "", ports = "", protocol = ""] = PATTERN.exec(text) ?? [];
  if (ports === "") throw refused(text, "[IP:]PORT[:ADDRESS:PORT][/PROTOCOL] is meant");
  return specs(text, `${front}${ports}:${ports}${protocol}`).map(({ hostAddress, containerPort, ...spec }) => ({
    address: hostAddress === undefined ? undefined : formatIp(parseIp(hostAddress)),
    port: containerPort,
    protocol: spec.protocol,
    to: undefined,
  }));
}

/** Where a port is published: an address, or that which stands for all of its family. */
export function addressOf({ address, to }: PublishedPort): string {
  return address ?? (isIpv6(to.address) ? "::" : "0.0.0.0");
}

/** As {@link parsePublished} reads it. */
export function publishedText(published: PublishedPort): string {
  const { port, protocol = "tcp", to } = published;
  return `${bracketed(addressOf(published))}:${port}:${bracketed(to.address)}:${to.port}/${protocol}`;
}

/** An address that a port follows. */
export function bracketed(address: string): string {
  return isIpv6(address) ? `[${address}]` : address;
}

/** From the end: the port inside with its protocol, the address that has it, and what stands before. */
const PUBLISHED = /^(.+):(?:\[([^\]]*)\]|([^:[\]]+)):([^:]+)$/;
const PATTERN = /^((?:\[[^\]]*\]|[^:[\]]+):)?([\d-]+)(\/.*)?$/;

/** The address that stands for all of its family. */
const ANY = ["0.0.0.0", "::"];

function at(address: string | undefined): { readonly address?: string } {
  return address === undefined || ANY.includes(address) ? {} : { address: formatIp(parseIp(address)) };
}

function specs(text: string, docker: string): ReturnType<typeof parsePublish> {
  try {
    return parsePublish(docker);
  } catch (error) {
    throw refused(text, messageOf(error));
  }
}

/** As the kernel will tell it. */
function checkedAddress(text: string, address: string): string {
  try {
    return formatIp(parseIp(address));
  } catch (error) {
    throw refused(text, messageOf(error));
  }
}

function isIpv6(address: string): boolean {
  return address.includes(":");
}

function refused(text: string, why: string): UserError {
  return new UserError(`invalid port ${JSON.stringify(text)}: ${why}`, {
    hint: "127.0.0.1:8080:10.244.244.2:80/tcp, or 8080:10.244.244.2:80",
    misuse: true,
  });
}
