import { infoOf } from "../../engine/containers/container-info.ts";
import { placesOf } from "../../engine/containers/container-places.ts";
import { containerEvent } from "../../engine/events/container-event.ts";
import { healthCheckOf } from "../../engine/health/health-check-of.ts";
import { readHealth, STARTING, writeHealth } from "../../engine/health/health-file.ts";
import { runCheck } from "../../engine/health/run-check.ts";
import { withResult } from "../../engine/health/with-result.ts";
import { nameOfId } from "../../engine/store/names.ts";

/**
 * Checks the health of a container once: nobody types it.
 *
 * @returns 1 as long as it is starting, and within its start period: the next check comes sooner then
 */
export async function supervisedHealth([id = ""]: readonly string[]): Promise<number> {
  const { store, entry } = placesOf(id);
  const info = infoOf(id, nameOfId(store, id) ?? "");
  const check = info === undefined ? undefined : healthCheckOf(info.config);
  if (info === undefined || check === undefined || info.record === undefined || info.state !== "running") return 0;
  const { record, stored } = info;
  const before = readHealth(entry) ?? STARTING;
  const began = Date.now();
  const result = await runCheck({ ...info, record }, check);
  const now = infoOf(id, info.name);
  // It ended meanwhile, and what it may be now was not checked.
  if (now?.state !== "running" || now.record?.init_process_start !== record.init_process_start) return 0;
  const health = withResult(before, result, { check, sinceStart: began - stored.startedAt });
  writeHealth(entry, health);
  if (health.Status !== before.Status) containerEvent(`health_status: ${health.Status}`, info);
  return health.Status === "starting" && Date.now() - stored.startedAt < check.startPeriod ? 1 : 0;
}
