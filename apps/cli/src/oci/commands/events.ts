import type { Cgroup } from "@wb/cgroup";
import { openContainerGroup } from "../../runtime/lifecycle/container-group.ts";
import type { ContainerRecord } from "../../runtime/lifecycle/container-record.ts";
import { findContainer } from "../../runtime/lifecycle/find-container.ts";
import { isAlive } from "../../runtime/lifecycle/init-process.ts";
import { LifecycleError } from "../../runtime/lifecycle/lifecycle-error.ts";
import { UserError } from "../../user-error.ts";
import { writeAll } from "../../write-all.ts";
import { parseDuration } from "../duration.ts";
import { eventStats } from "../event-stats.ts";
import type { Globals } from "../globals.ts";
import { parseUsage } from "../usage.ts";
import { formatJson } from "../validate/format-json.ts";

const FLAGS = {
  interval: { type: "string", value: "duration", help: "How often statistics are printed (default: 5s)" },
  stats: { type: "boolean", help: "Print the statistics once" },
} as const;

/** `wb oci events`: what the container uses in each interval, and each time that its memory ran out, until it ends. */
export async function eventsCommand(args: readonly string[], { root }: Globals): Promise<number> {
  const parsed = parseUsage(
    {
      name: "events",
      words: "<container-id>",
      least: 1,
      most: 1,
      flags: FLAGS,
      help: "print what a container uses, and when its memory runs out",
    },
    args,
  );
  if (parsed === undefined) return 0;
  const { record, status } = findContainer(root, parsed.words[0] ?? "");
  const interval = parseDuration("interval", parsed.flags.interval ?? "5s");
  if (interval <= 0) throw new UserError("duration interval must be greater than 0");
  const { id } = record;
  if (status === "stopped" || status === "creating")
    throw new LifecycleError("WB_CONTAINER_STATE", `container with id ${id} is not running`, { id });
  const group = await openContainerGroup(record);
  if (group === undefined)
    throw new LifecycleError("WB_CONTAINER_STATE", "the container has no control group, which would count", { id });
  if (parsed.flags.stats === true) printStats(id, group);
  else await follow(record, group, Math.min(interval, LONGEST));
  return 0;
}

/** Of Node's timers, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

async function follow(record: ContainerRecord, group: Cgroup, interval: number): Promise<void> {
  const ending = new AbortController();
  // v1 does not tell when a group is empty.
  const watch = setInterval(() => isAlive(record) || ending.abort(), Math.min(interval, 1000));
  const print = setInterval(() => isAlive(record) && printStats(record.id, group), interval);
  // v1 signals when its killer is called; v2 counts that, and what allocations failed without it.
  const isV1 = group.layout.hierarchies.some(
    ({ version, controllers }) => version === 1 && controllers.includes("memory"),
  );
  try {
    for await (const event of group.events({ signal: ending.signal })) {
      if (event.type === (isV1 ? "oom" : "oom_kill")) write({ type: "oom", id: record.id });
      if (event.type === "populated" && !event.value) break;
    }
  } finally {
    clearInterval(watch);
    clearInterval(print);
  }
}

function printStats(id: string, group: Cgroup): void {
  write({ type: "stats", id, data: eventStats(group.stats()) });
}

function write(event: object): void {
  writeAll(`${formatJson(event)}\n`);
}
