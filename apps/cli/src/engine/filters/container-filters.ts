import { UserError } from "../../user-error.ts";
import type { Port } from "../columns/port-text.ts";
import { findReference } from "../names/find-reference.ts";
import { type ContainerState, HEALTH_STATES, type HealthState, STATES } from "../words/status-text.ts";
import { type Filters, valuesOf } from "./filters.ts";
import { isOfImage } from "./image-filter.ts";
import { matchesBeginning, matchesExactly, matchesLabels, matchesPattern, truthOf } from "./matches.ts";
import { portsOf } from "./port-filter.ts";

/** What docker ps chooses containers by. */
export interface ContainerFacts {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: ContainerState;
  readonly exitCode: number;
  /** As it was asked for, and its id. */
  readonly image: string;
  readonly imageId: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly health: HealthState;
  /** Volumes by their names, other mounts by their sources, and where each is in the container. */
  readonly mounts: readonly { readonly name?: string; readonly source: string; readonly destination: string }[];
  readonly networks: readonly string[];
  readonly ports: readonly Port[];
}

/** The keys of `docker ps --filter`. Isolation is Windows', where alone it makes a difference. */
export const CONTAINER_FILTERS: readonly string[] = [
  "ancestor",
  "before",
  "exited",
  "expose",
  "health",
  "id",
  "is-task",
  "isolation",
  "label",
  "name",
  "network",
  "publish",
  "since",
  "status",
  "volume",
];

export interface ListOptions {
  /** `-a`: also those that do not run. A filter by status asks for them, too. */
  readonly all?: boolean;
  /** `-n`: this many of those created last, whatever their state. */
  readonly last?: number;
}

/**
 * The containers that docker ps lists (moby, daemon/list.go), those created last first.
 *
 * @throws UserError in docker's words for a value that a key cannot have
 */
export function listContainers<T extends ContainerFacts>(
  containers: readonly T[],
  filters: Filters,
  { all = false, last = 0 }: ListOptions = {},
): T[] {
  checkValues(filters);
  const isChosen = filters.size === 0 ? () => true : matcher(filters);
  const shown = all || last > 0 || filters.has("status");
  const chosen = between(containers, filters).filter(
    (container) => (shown || RUNNING.includes(container.state)) && isChosen(container),
  );
  return last > 0 ? chosen.slice(0, last) : chosen;
}

const RUNNING: readonly ContainerState[] = ["running", "paused", "restarting"];

function checkValues(filters: Filters): void {
  for (const value of valuesOf(filters, "exited")) {
    if (!/^[+-]?\d+$/.test(value))
      throw new UserError(`invalid filter 'exited=${value}'`, { hint: "an exit code is meant: exited=137" });
  }
  checkWords(filters, { key: "status", what: "state", words: STATES });
  checkWords(filters, { key: "health", what: "health", words: HEALTH_STATES });
}

function checkWords(
  filters: Filters,
  { key, what, words }: { readonly key: string; readonly what: string; readonly words: readonly string[] },
): void {
  const wrong = valuesOf(filters, key).find((value) => !words.includes(value));
  if (wrong !== undefined)
    throw new UserError(
      `invalid filter '${key}=${wrong}': invalid value for ${what} (${wrong}): must be one of ${words.join(", ")}`,
    );
}

/** Those created before `before=` and after `since=`, which name others. */
function between<T extends ContainerFacts>(containers: readonly T[], filters: Filters): T[] {
  const sorted = containers.toSorted((one, other) => other.created - one.created);
  const [before] = valuesOf(filters, "before")
    .slice(-1)
    .map((value) => findReference(value, sorted));
  const [since] = valuesOf(filters, "since")
    .slice(-1)
    .map((value) => findReference(value, sorted));
  const first = before === undefined ? 0 : sorted.indexOf(before) + 1;
  return sorted.slice(first, since === undefined ? undefined : Math.max(first, sorted.indexOf(since)));
}

function matcher(filters: Filters): (container: ContainerFacts) => boolean {
  const exited = valuesOf(filters, "exited").map(Number);
  const isTask = truthOf(filters, "is-task");
  const [published, exposed] = [portsOf(filters, "publish"), portsOf(filters, "expose")];
  const tests: readonly ((container: ContainerFacts) => boolean)[] = [
    // A name may be given as the API has it, with its slash: ^/web$.
    ({ name }) => matchesPattern(filters, "name", `/${name}`) || matchesPattern(filters, "name", name),
    ({ id }) => matchesBeginning(filters, "id", id),
    // Tasks are a Swarm's.
    () => isTask !== true,
    ({ labels }) => matchesLabels(filters, labels),
    ({ state, exitCode }) => exited.length === 0 || (ENDED.includes(state) && exited.includes(exitCode)),
    ({ state }) => matchesExactly(filters, "status", state),
    ({ health }) => matchesExactly(filters, "health", health),
    ({ mounts }) =>
      isAny(filters, "volume", (value) =>
        mounts.some(({ name, source, destination }) => [name ?? source, destination].includes(value)),
      ),
    (container) => isAny(filters, "ancestor", (value) => isOfImage(value, container)),
    ({ networks }) => isAny(filters, "network", (value) => networks.includes(value)),
    ({ ports }) =>
      (published.size === 0 && exposed.size === 0) ||
      ports.some(
        ({ publicPort = 0, privatePort, type }) =>
          published.has(`${publicPort}/${type}`) || exposed.has(`${privatePort}/${type}`),
      ),
  ];
  return (container) => tests.every((test) => test(container));
}

/** Those that ran, and do not now. */
const ENDED: readonly ContainerState[] = ["exited", "dead", "removing"];

function isAny(filters: Filters, key: string, test: (value: string) => boolean): boolean {
  const values = valuesOf(filters, key);
  return values.length === 0 || values.some((value) => test(value));
}
