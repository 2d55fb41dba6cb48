import type { ContainerRow } from "../columns/container-columns.ts";
import type { ContainerFacts } from "../filters/container-filters.ts";
import { healthStateOf } from "../health/health-of.ts";
import { type ContainerConnections, readConnections } from "../networks/container-connections.ts";
import type { HealthState } from "../words/status-text.ts";
import type { ContainerInfo } from "./container-info.ts";
import type { ContainerSize } from "./container-size.ts";
import { exitCodeOf } from "./exit-code.ts";
import { type Listed, listedOf } from "./listed.ts";

/** What docker ps shows of a container and chooses it by. */
export type ListedContainer = ContainerFacts & ContainerRow;

/** @param size where it was asked for */
export function containerRow(info: ContainerInfo, size?: ContainerSize): ListedContainer {
  // Of one whose configuration is damaged, its state still says it.
  const row = rowOf(info, info.stored.listed ?? listedOf(info.config, connectionsOf(info)), healthStateOf(info));
  return size === undefined ? row : { ...row, sizeRw: size.written, sizeRootFs: size.written + size.root };
}

/** Of one whose state does not say it. */
export function connectionsOf({ id, state }: Pick<ContainerInfo, "id" | "state">): ContainerConnections | undefined {
  return state === "running" || state === "paused" ? readConnections(id) : undefined;
}

/** The row of a container by what is known of it without its configuration. */
export function rowOf(
  { id, name, stored, state, exit }: Pick<ContainerInfo, "id" | "name" | "stored" | "state" | "exit">,
  { image, command, created, labels, mounts, networks, ports }: Listed,
  health: HealthState,
): ListedContainer {
  return {
    id,
    name,
    image,
    imageId: "",
    command,
    created,
    labels,
    state,
    exitCode: exit === undefined ? stored.exitCode : exitCodeOf(exit),
    startedAt: stored.startedAt,
    finishedAt: exit?.at ?? stored.finishedAt,
    health,
    mounts,
    networks,
    ports: state === "running" || state === "paused" ? ports : [],
  };
}
