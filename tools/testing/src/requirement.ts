import { type Flag, families, flags } from "./probes.ts";

/** What a test can ask of the machine; each word has a probe that tries it. */
export type Requirement =
  | Flag
  | `cgroup_controller:${string}`
  | `command:${string}`
  | `kernel>=${number}.${number}`
  | `landlock>=${number}`
  | `link_kind:${string}`;

const answers = new Map<Requirement, string | undefined>();

/**
 * Why this machine does not meet a requirement, or undefined if it does. The probe runs once in a process.
 *
 * @example
 * unmet("kernel>=99.0"); // "this is Linux 6.12.1"
 */
export function unmet(requirement: Requirement): string | undefined {
  if (!answers.has(requirement)) answers.set(requirement, probe(requirement));
  return answers.get(requirement);
}

function probe(requirement: string): string | undefined {
  if (Object.hasOwn(flags, requirement)) return flags[requirement as Flag]();
  for (const [prefix, run] of Object.entries(families)) {
    if (requirement.startsWith(prefix)) return run(requirement.slice(prefix.length));
  }
  throw new TypeError(
    `unknown requirement "${requirement}"; known: ${[...Object.keys(flags), ...Object.keys(families)].join(", ")}`,
  );
}
