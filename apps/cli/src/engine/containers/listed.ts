import type { ContainerRow } from "../columns/container-columns.ts";
import type { ContainerFacts } from "../filters/container-filters.ts";
import type { ContainerConnections } from "../networks/container-connections.ts";
import { portsOf } from "../networks/ports-of.ts";
import { networkNames } from "../options/network-mode.ts";
import { commandText } from "../words/command-text.ts";
import type { StoredConfig } from "./stored-config.ts";

/** What `wb ps` shows of a container, and finds it by, that stays as it was made: a part of its configuration. */
export interface Listed extends Pick<
  ContainerRow & ContainerFacts,
  "image" | "command" | "created" | "labels" | "mounts" | "networks" | "ports"
> {}

/** @param connections how it is connected, as long as it runs */
export function listedOf(
  { image, options, created, labels }: StoredConfig,
  connections: Pick<ContainerConnections, "ports" | "endpoints"> = NO_CONNECTIONS,
): Listed {
  return {
    image,
    command: commandText(options.command),
    created,
    labels,
    mounts: [
      ...options.volumes.map(({ source, destination }) => ({ source, destination })),
      ...options.namedVolumes.map(({ name, destination, driver = "local" }) => ({
        name,
        source: name,
        destination,
        driver,
      })),
    ],
    networks: networkNames(options.net),
    ports: portsOf(connections, options.exposed),
  };
}

const NO_CONNECTIONS = { ports: [], endpoints: [] } as const;

/** Null for what a file says that somebody wrote. */
export function asListed(value: unknown): Listed | null {
  const { image, command, created, labels, mounts, networks, ports } = Object(value);
  const isListed =
    typeof image === "string" &&
    typeof command === "string" &&
    Number.isFinite(created) &&
    Object(labels) === labels &&
    [mounts, networks, ports].every(Array.isArray);
  return isListed ? (value as Listed) : null;
}
