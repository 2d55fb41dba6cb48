export interface Names {
  /** The runtime's path. */
  readonly runtime: string;
  /** The tool's temporary directory. */
  readonly place: string;
}

/** Takes out of a text what no two runs have in common: ids, times, the runtime's name. */
export function normalise(text: string, { runtime, place }: Names): string {
  const name = runtime.slice(runtime.lastIndexOf("/") + 1);
  return RULES.reduce(
    (rest, [pattern, replacement]) => rest.replaceAll(pattern, replacement),
    text.replaceAll(runtime, "RUNTIME").replaceAll(place, "PLACE").replaceAll(name, "RUNTIME"),
  );
}

const RULES: readonly (readonly [RegExp, string])[] = [
  [/\r/gu, ""],
  // The runtime speaks of itself; a copy of runc does so by that name.
  [/\brunc\b(?!\.v)/gu, "RUNTIME"],
  [/\b(wb|crun|youki)(?= (create|run|exec) failed)/gu, "RUNTIME"],
  // Layer names of docker's overlay2 have a suffix; podman's are in its short form.
  [/\b[0-9a-f]{64}(-init)?\b/gu, "ID"],
  [/\boverlay2?\/l\/[A-Z0-9]{26}\b/gu, "LAYER"],
  [/\b[0-9a-f]{12}\b/gu, "ID"],
  [/(current|peak) usage: \d+/gu, "$1 usage: N"],
  [/\b\d{4}-\d\d-\d\d[T ][\d:.]+(Z| ?[+-]\d\d:?\d\d( [A-Z]{3})?)?/gu, "TIME"],
  // podman shows what runtimes say on stderr as it is, unless it knows that they have a --log in JSON.
  [/\btime="TIME" level=error msg="((?:[^"\\]|\\.)*)"/gu, "$1"],
  [/\\"/gu, '"'],
  [/\b(Up|Exited \(\d+\)) (Less than|About|\d+) (a second|a minute|seconds?|minutes?)( ago)?/gu, "$1 TIME"],
  [/\b(net|mnt|pid|ipc|uts|cgroup|user|time):\[\d+\]/gu, "$1:[N]"],
  [/(shared|master|propagate_from):\d+/gu, "$1:N"],
];
