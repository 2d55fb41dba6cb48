import { ipVersion } from "../ip-version.ts";
import { refuseWords } from "./refuse-words.ts";

/** resolv.conf(5). */
export interface ResolvConf {
  readonly nameservers: readonly string[];
  readonly search: readonly string[];
  readonly options: readonly string[];
}

export interface ResolvConfOptions {
  /** `--dns`, in place of the machine's. */
  readonly dns?: readonly string[];
  /** `--dns-search`, in place of the machine's; `.` is none. */
  readonly search?: readonly string[];
  /** `--dns-option`, in place of the machine's. */
  readonly options?: readonly string[];
  /** The container has IPv6. Default false: servers with such addresses are left out. */
  readonly ipv6?: boolean;
  /** The container is in the network of the machine, whose own servers at 127.0.0.1 it reaches. Default false. */
  readonly isHostNetwork?: boolean;
}

/**
 * The machine's resolv.conf for a container, by docker's rules (moby, libnetwork/internal/resolvconf): servers that it cannot reach are left out,
 * and where none is left, public ones take their place.
 *
 * @param text that of the machine. Where its only server is 127.0.0.53, systemd-resolved's, that of {@link RESOLVED}
 */
export function containerResolvConf(text: string, given: ResolvConfOptions = {}): ResolvConf {
  const { dns = [], search = [], options = [], ipv6 = false, isHostNetwork = false } = given;
  const host = parseResolvConf(text);
  const reached = isHostNetwork ? host.nameservers : host.nameservers.filter((server) => isReached(server, ipv6));
  const instead = isHostNetwork ? [] : [...PUBLIC.ipv4, ...(ipv6 ? PUBLIC.ipv6 : [])];
  return {
    nameservers: dns.length > 0 ? dns : reached.length > 0 ? reached : instead,
    search: search.length === 0 ? host.search : search.includes(".") ? [] : search,
    options: options.length > 0 ? options : host.options,
  };
}

/** The text of the file. @throws NetError WB_NET_VALUE for a value that is not one word */
export function formatResolvConf({ nameservers, search, options }: ResolvConf): string {
  refuseWords("what stands in /etc/resolv.conf", [...nameservers, ...search, ...options]);
  return [
    ...nameservers.map((server) => `nameserver ${server}\n`),
    ...(search.length === 0 ? [] : [`search ${search.join(" ")}\n`]),
    ...(options.length === 0 ? [] : [`options ${options.join(" ")}\n`]),
  ].join("");
}

/** What a file says. Comments, and words that nobody knows, are passed over; of `search` and `domain` the last one counts. */
export function parseResolvConf(text: string): ResolvConf {
  const lines = text
    .split("\n")
    .map((line) =>
      line
        .replace(/[#;].*$/, "")
        .trim()
        .split(/\s+/),
    )
    .filter(([word]) => word !== "");
  const of = (...words: readonly string[]): string[][] =>
    lines.filter(([word = ""]) => words.includes(word)).map(([, ...values]) => values);
  return {
    nameservers: of("nameserver").flatMap(([server = ""]) => (ipVersion(server) === 0 ? [] : [server])),
    search: of("search", "domain").at(-1) ?? [],
    options: of("options").flat(),
  };
}

/** Whether the servers of a file are systemd-resolved's alone, which listens on the machine's loopback: the real ones are in {@link RESOLVED}. */
export function isResolved(text: string): boolean {
  const { nameservers } = parseResolvConf(text);
  return nameservers.length > 0 && nameservers.every((server) => server === "127.0.0.53");
}

/** Where systemd-resolved(8) tells of the servers that it asks. */
export const RESOLVED = "/run/systemd/resolve/resolv.conf";

/** Neither loopback, nor of a link that the container is not on. */
function isReached(server: string, ipv6: boolean): boolean {
  if (ipVersion(server) === 6) return ipv6 && server !== "::1" && !server.includes("%") && !/^fe[89ab]/i.test(server);
  return !server.startsWith("127.");
}

/** moby's, Google's. */
const PUBLIC = {
  ipv4: ["8.8.8.8", "8.8.4.4"],
  ipv6: ["2001:4860:4860::8888", "2001:4860:4860::8844"],
} as const;
