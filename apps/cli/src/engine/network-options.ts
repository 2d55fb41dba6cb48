import {
  NetError,
  parseExpose,
  parseIp,
  parsePublish,
  type PortProtocol,
  type PublishSpec,
  type UserModeProgram,
} from "@wb/net";
import type { RunFlags } from "../commands/run-flags.ts";
import { usage } from "../flags.ts";
import { UserError } from "../user-error.ts";
import type { EndpointSettings } from "./networks/endpoint-settings.ts";
import { type ExtraHost, parseExtraHost } from "./options/extra-host.ts";
import { flagError } from "./options/flag-error.ts";
import { DEFAULT_NETWORK, type NetworkMode, parseNetworkMode } from "./options/network-mode.ts";

/** What is asked of a container's network. */
export interface NetworkOptions {
  readonly net: NetworkMode;
  /** Nobody has asked for it: where it cannot be had, the container has none. */
  readonly isDefaultNet: boolean;
  readonly ports: readonly PublishSpec[];
  readonly exposed: readonly ExposedPort[];
  /** `-P`: each port that is exposed. */
  readonly publishAll: boolean;
  readonly ip: string | undefined;
  readonly ip6: string | undefined;
  readonly mac: string | undefined;
  readonly aliases: readonly string[];
  readonly dns: readonly string[];
  readonly dnsSearch: readonly string[];
  readonly dnsOptions: readonly string[];
  readonly extraHosts: readonly ExtraHost[];
  /** What `wb network connect` has asked for since, by the names of networks. */
  readonly connected?: Readonly<Record<string, EndpointSettings>>;
}

export interface ExposedPort {
  readonly port: number;
  readonly protocol: PortProtocol;
}

/**
 * @param otherwise the default of `--net`
 * @throws UserError in docker's words
 */
export function networkOptions(flags: RunFlags, otherwise: NetworkMode): NetworkOptions {
  const net = flags.net === undefined ? undefined : parseNetworkMode(flags.net);
  const options: NetworkOptions = {
    net: net ?? otherwise,
    isDefaultNet: net === undefined,
    ports:
      flags.publish === undefined ? [] : flags.publish.flatMap((text) => parsed("-p, --publish", text, parsePublish)),
    exposed: flags.expose === undefined ? [] : flags.expose.flatMap((text) => parsed("--expose", text, parseExpose)),
    publishAll: flags["publish-all"] ?? false,
    ip: flags.ip,
    ip6: flags.ip6,
    mac: flags["mac-address"] === undefined ? undefined : macAddress(flags["mac-address"]),
    aliases: wordsOf("--network-alias", flags["network-alias"]),
    dns: (flags.dns ?? []).map(server),
    dnsSearch: wordsOf("--dns-search", flags["dns-search"]),
    dnsOptions: wordsOf("--dns-option", flags["dns-option"]),
    extraHosts: wordsOf("--add-host", flags["add-host"]).map(parseExtraHost),
  };
  refuse(options, flags);
  return options;
}

/** What a packet takes is in one package alone; its errors are in docker's words already. */
function parsed<T>(flag: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    const hint =
      "hint" in error && typeof error.hint === "string"
        ? error.hint
        : "[[IP:]PORT:]PORT[/PROTOCOL]: 8080:80, 127.0.0.1:8080:80, 53:53/udp";
    throw flagError(flag, text, error.message, hint);
  }
}

function macAddress(text: string): string {
  // The first bit is that of groups: no link has such an address.
  if (/^[\da-f][\da-f](?:[:-][\da-f]{2}){5}$/i.test(text)) return text.replaceAll("-", ":").toLowerCase();
  throw usage("run", `${text} is not a valid mac address`, "six bytes: --mac-address 02:42:ac:11:00:02");
}

/** Words of files that have one entry a line. */
function wordsOf(flag: string, texts: readonly string[] = []): readonly string[] {
  const bad = texts.find((text) => !/^[^\s#;\0-\x1f]+$/.test(text));
  if (bad !== undefined) throw flagError(flag, bad, "one word is meant, without blanks");
  return texts;
}

function server(text: string): string {
  try {
    // A zone is of IPv6 alone.
    parseIp(text.replace(/(?<=:.*)%[\w.-]+$/, ""));
    return text;
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
  }
  throw usage("run", `${text} is not an ip address`, "the address of a server for names: --dns 192.0.2.53");
}

/** What excludes each other (docker/cli, cli/command/container/opts.go, and moby, daemon/container.go, runconfig). */
function refuse(options: NetworkOptions, flags: RunFlags): void {
  const { net } = options;
  const kind = net.mode === "networks" ? (net.networks.includes(DEFAULT_NETWORK) ? "bridge" : "user") : net.mode;
  for (const { kinds, isAsked, problem } of CONFLICTS)
    if (kinds.includes(kind) && isAsked(options, flags))
      throw new UserError(problem, { hint: "leave one of them away" });
}

type Kind = UserModeProgram | "none" | "host" | "container" | "ns" | "bridge" | "user";

const OTHERS: readonly Kind[] = ["container"];
const NOT_OWN: readonly Kind[] = ["container", "host", "ns", "none", "pasta", "slirp4netns"];

const CONFLICTS: readonly {
  readonly kinds: readonly Kind[];
  readonly isAsked: (options: NetworkOptions, flags: RunFlags) => boolean;
  readonly problem: string;
}[] = [
  {
    kinds: OTHERS,
    isAsked: (_options, { hostname }) => hostname !== undefined,
    problem: "conflicting options: hostname and the network mode",
  },
  {
    kinds: OTHERS,
    isAsked: ({ dns, dnsSearch, dnsOptions }) => dns.length + dnsSearch.length + dnsOptions.length > 0,
    problem: "conflicting options: dns and the network mode",
  },
  {
    kinds: OTHERS,
    isAsked: ({ extraHosts }) => extraHosts.length > 0,
    problem: "conflicting options: custom host-to-IP mapping and the network mode",
  },
  {
    kinds: ["container", "host", "ns", "pasta", "slirp4netns"],
    isAsked: ({ mac }) => mac !== undefined,
    problem: "conflicting options: mac-address and the network mode",
  },
  {
    kinds: ["container", "ns"],
    isAsked: ({ ports, publishAll }) => ports.length > 0 || publishAll,
    problem: "conflicting options: port publishing and the container type network mode",
  },
  {
    kinds: ["container", "ns"],
    isAsked: ({ exposed }) => exposed.length > 0,
    problem: "conflicting options: port exposing and the container type network mode",
  },
  {
    kinds: [...NOT_OWN, "bridge"],
    isAsked: ({ ip, ip6 }) => ip !== undefined || ip6 !== undefined,
    problem: "user specified IP address is supported on user defined networks only",
  },
  {
    kinds: [...NOT_OWN, "bridge"],
    isAsked: ({ aliases }) => aliases.length > 0,
    problem: "network-scoped alias is supported only for containers in user defined networks",
  },
];
