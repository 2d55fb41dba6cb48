import { setImmediate } from "node:timers/promises";
import { NO_USAGE, type StatsRow } from "../columns/stats-columns.ts";
import { type ContainerInfo, findInfo, infoOf, listInfos } from "../containers/container-info.ts";
import { eventReader, type EventReader } from "../events/event-reader.ts";
import { shortId } from "../names/short-id.ts";
import { runDirectory } from "../store/directories.ts";
import { type UsageSampler, usageSampler } from "./usage-sampler.ts";

export interface RowsOptions {
  /** Names or ids. Default: all that run. */
  readonly references: readonly string[];
  /** Also those that do not run. */
  readonly all: boolean;
}

export interface StatsRows extends Disposable {
  /** What the containers use now, those created last first, or in the order in which they were named. */
  readonly next: () => Promise<StatsRow[]>;
}

/**
 * Looks at containers again and again. Which ones there are is looked up only when something has happened to one: that takes as long
 * as what they use.
 *
 * @throws UserError in docker's words for a reference that is none
 */
export function statsRows({ references, all }: RowsOptions): StatsRows {
  const changes = eventReader(runDirectory(), "now");
  const sampler = usageSampler();
  const named = references.map((reference) => ({ reference, info: findInfo(reference) }));
  const look = (): readonly Shown[] =>
    references.length === 0
      ? listed(all)
      : named.flatMap(({ reference, info: { id, name } }) => {
          const info = infoOf(id, name);
          return info === undefined ? [] : [{ container: reference, info }];
        });
  let shown = look();
  return {
    next: async () => {
      if (hasChanged(changes)) shown = look();
      return sampled(shown, sampler);
    },
    [Symbol.dispose]: () => changes[Symbol.dispose](),
  };
}

interface Shown {
  /** As docker names it in `.Container`. */
  readonly container: string;
  readonly info: ContainerInfo;
}

function listed(all: boolean): Shown[] {
  return listInfos()
    .filter(({ state }) => all || RUNNING.includes(state))
    .toSorted((one, other) => other.config.created - one.config.created)
    .map((info) => ({ container: shortId(info.id), info }));
}

const RUNNING: readonly string[] = ["running", "paused", "restarting"];

function hasChanged(changes: EventReader): boolean {
  const { events, lostFiles } = changes.read();
  return lostFiles > 0 || events.length > 0;
}

async function sampled(shown: readonly Shown[], sampler: UsageSampler): Promise<StatsRow[]> {
  const rows: StatsRow[] = [];
  let since = performance.now();
  for (const { container, info } of shown) {
    const isRunning = RUNNING.includes(info.state);
    const usage = isRunning ? await sampler.sample(info) : NO_USAGE;
    rows.push({ container, id: info.id, name: info.name, usage });
    if (performance.now() - since < MOST_AT_ONCE) continue;
    // What is typed comes meanwhile.
    await setImmediate();
    since = performance.now();
  }
  return rows;
}

/** Milliseconds. */
const MOST_AT_ONCE = 10;
