import type { ContainerRow } from "../columns/container-columns.ts";
import type { ContainerFacts } from "../filters/container-filters.ts";
import { healthStateOf } from "../health/health-of.ts";
import { commandText } from "../words/command-text.ts";
import type { ContainerInfo } from "./container-info.ts";
import type { ContainerSize } from "./container-size.ts";
import { exitCodeOf } from "./exit-code.ts";

/** What docker ps shows of a container and chooses it by. @param size where it was asked for */
export function containerRow(info: ContainerInfo, size?: ContainerSize): ContainerFacts & ContainerRow {
  const { id, name, config, stored, state, exit } = info;
  return {
    id,
    name,
    image: config.image,
    imageId: "",
    command: commandText(config.options.command),
    created: config.created,
    labels: config.labels,
    state,
    exitCode: exit === undefined ? stored.exitCode : exitCodeOf(exit),
    startedAt: stored.startedAt,
    finishedAt: exit?.at ?? stored.finishedAt,
    health: healthStateOf(info),
    mounts: [
      ...config.options.volumes.map(({ source, destination }) => ({ source, destination })),
      ...config.options.namedVolumes.map(({ name: volume, destination, driver = "local" }) => ({
        name: volume,
        source: volume,
        destination,
        driver,
      })),
    ],
    networks: [config.options.net],
    ports: [],
    ...(size === undefined ? {} : { sizeRw: size.written, sizeRootFs: size.written + size.root }),
  };
}
