import { messageOf } from "../../report-error.ts";
import { warn } from "../../warn.ts";
import type { ContainerInfo } from "../containers/container-info.ts";
import { ContainerEntry } from "../store/container-entry.ts";
import { areLocked } from "../store/is-locked.ts";
import { healthCheckOf } from "./health-check-of.ts";
import { readHealth } from "./health-file.ts";
import { startHealthMonitor } from "./health-monitor.ts";
import { monitorDirectory } from "./monitor-directory.ts";

/** Gives containers that run, and whose health is to be checked, another monitor where theirs was killed. */
export function tendHealth(infos: readonly ContainerInfo[]): void {
  const checked = infos.filter(
    ({ config, state, isBeforeStart }) =>
      config.foreground !== true && state === "running" && !isBeforeStart && healthCheckOf(config) !== undefined,
  );
  if (checked.length === 0) return;
  const locked = areLocked(checked.map(({ places }) => monitorDirectory(places)));
  checked.filter((_, index) => locked[index] !== true).forEach(tendOne);
}

/** The lock of the container: whoever starts it makes the first one. */
function tendOne({ id, name, places, record, config }: ContainerInfo): void {
  try {
    using entry = ContainerEntry.tryLock(places.store, id);
    const check = healthCheckOf(config);
    if (entry === undefined || record === undefined || check === undefined) return;
    const isStarting = (readHealth(places.entry)?.Status ?? "starting") === "starting";
    startHealthMonitor(record, places, { check, isStarting });
  } catch (error) {
    warn(`the health of the container ${name === "" ? id : name} is not checked: ${messageOf(error)}`);
  }
}
