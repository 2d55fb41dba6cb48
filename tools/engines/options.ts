import { resolve } from "node:path";
import { parseArgs } from "node:util";

export const ENGINES = ["docker", "userns-remap", "swarm", "containerd", "podman"] as const;
export type EngineName = (typeof ENGINES)[number];

export interface Options {
  /** The runtime that is compared with runc. */
  readonly runtime: string;
  readonly engines: readonly EngineName[];
  /** Only cases whose name contains one of these; all where there is none. */
  readonly cases: readonly string[];
  /** Only the cases that stand for their kind. */
  readonly short: boolean;
  /** Leave out the v2 tree of a hybrid machine, with which some runtimes do nothing. */
  readonly v1: boolean;
  /** Print every call of the runtime and the output of both, also where they agree. */
  readonly verbose: boolean;
}

export const usage: string = `usage: tools/pnpm engines [--runtime PATH] [--only ${ENGINES.join("|")}]… [--short] [--v1] [--verbose] [CASE…]
CASE is a part of a case's name; default: all of them`;

/** Reads the command line. What is wrong with it is a TypeError with a sentence for the user. */
export function parseOptions(args: readonly string[], ownRuntime: string): Options {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const engines = (values.only ?? []).map((name) => {
    const found = ENGINES.find((engine) => engine === name);
    if (found === undefined) throw new TypeError(`--only takes ${ENGINES.join(", ")}, not ${name}`);
    return found;
  });
  return {
    runtime: resolve(values.runtime ?? ownRuntime),
    engines: engines.length === 0 ? ENGINES : engines,
    cases: positionals,
    short: values.short,
    v1: values.v1,
    verbose: values.verbose,
  };
}

const options = {
  runtime: { type: "string" },
  only: { type: "string", multiple: true },
  short: { type: "boolean", default: false },
  v1: { type: "boolean", default: false },
  verbose: { type: "boolean", default: false },
} as const;
