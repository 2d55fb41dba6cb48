import type { UserModeProgram } from "@wb/net";
import { usage } from "../../flags.ts";
import { NAME } from "../names/container-name.ts";

/** Whose network a container is in: `--net`, docker's NetworkMode. */
export type NetworkMode =
  | { readonly mode: "none" | "host" }
  /** One of its own, whose packets a program of the user takes. */
  | { readonly mode: UserModeProgram }
  | { readonly mode: "container"; readonly container: string }
  /** A namespace by its path. */
  | { readonly mode: "ns"; readonly path: string }
  /** One of its own, connected to networks of wb's: `bridge` is the one that is always there. The first is its way out. */
  | { readonly mode: "networks"; readonly networks: readonly string[] };

/** The network that containers are in unless they ask for another. */
export const DEFAULT_NETWORK = "bridge";

/**
 * Parses `--net`, which may be given more than once for networks; undefined: what is the default.
 *
 * @throws UserError in docker's words
 */
export function parseNetworkMode(texts: readonly string[]): NetworkMode | undefined {
  const [first, ...more] = texts.map(parseOne);
  if (first === undefined || more.length === 0) return first;
  const networks = [first, ...more].map((mode) => {
    if (mode.mode === "networks") return mode.networks;
    throw usage("run", "conflicting options: cannot attach both user-defined and non-user-defined network-modes");
  });
  return { mode: "networks", networks: [...new Set(networks.flat())] };
}

function parseOne(text: string): NetworkMode {
  if (text === "none" || text === "host" || text === "pasta" || text === "slirp4netns") return { mode: text };
  const [, kind, rest = ""] = /^(container|ns):(.*)$/s.exec(text) ?? [];
  if (kind === "container" && rest !== "") return { mode: kind, container: rest };
  if (kind === "container") throw usage("run", "invalid container format container:<name|id>");
  if (kind === "ns" && rest.startsWith("/")) return { mode: kind, path: rest };
  // As docker has it, and podman.
  if (text === "default" || text === "") return { mode: "networks", networks: [DEFAULT_NETWORK] };
  if (NAME.test(text)) return { mode: "networks", networks: [text] };
  throw usage(
    "run",
    `invalid argument ${JSON.stringify(text)} for --net: none, host, pasta, slirp4netns, container:NAME, ns:PATH or a network's name`,
  );
}

/** Whether a program of the user is its network. */
export function isUserMode(net: NetworkMode): net is { readonly mode: UserModeProgram } {
  return net.mode === "pasta" || net.mode === "slirp4netns";
}

/** As docker inspect has it. */
export function networkModeText(net: NetworkMode): string {
  if (net.mode === "container") return `container:${net.container}`;
  if (net.mode === "ns") return `ns:${net.path}`;
  return net.mode === "networks" ? (net.networks[0] ?? DEFAULT_NETWORK) : net.mode;
}

/** What of docker ps is in NETWORKS. */
export function networkNames(net: NetworkMode): readonly string[] {
  if (net.mode === "networks") return net.networks;
  return net.mode === "container" || net.mode === "ns" ? [] : [net.mode];
}
