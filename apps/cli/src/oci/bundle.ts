import { resolve } from "node:path";
import { withUserNamespaceIds } from "../runtime/user-namespace-ids.ts";
import { completeSpec, type CompleteSpec } from "./complete-spec.ts";
import type { Spec } from "./spec.ts";
import { formatJson } from "./validate/format-json.ts";
import { readSpec } from "./validate/read-spec.ts";
import { specWarnings } from "./validate/warnings.ts";

/** A directory with a config.json and a root, OCI runtime-spec bundle.md. */
export interface Bundle {
  /** An absolute path. */
  readonly path: string;
  /** What is in its config.json. */
  readonly config: string;
  readonly spec: CompleteSpec;
  /** Whether the configuration names a control group, or asks for limits. */
  readonly asksForCgroup: boolean;
}

export interface BundleOptions {
  readonly bundle?: string | undefined;
  /** A configuration of another name, from the bundle, as crun has it. */
  readonly config?: string | undefined;
  readonly id: string;
  /** Called first, with whether the process is to have a terminal, as far as that can be told of what may be wrong otherwise. */
  readonly before?: (asked: { readonly terminal: boolean }) => void;
  /** Called with what is wrong and does no harm. */
  readonly warn: (message: string) => void;
}

/**
 * Reads a bundle. Paths that count from it are absolute in the answer.
 *
 * @throws UserError for one without a configuration; ConfigError for one that cannot be
 */
export function readBundle({
  bundle = ".",
  config = "config.json",
  id,
  before = () => {},
  warn,
}: BundleOptions): Bundle {
  const path = resolve(bundle);
  const read = readSpec(resolve(path, config), (json) => before({ terminal: asksForTerminal(json) }));
  specWarnings(read).forEach(warn);
  const spec = completeSpec(read, { cgroupsPath: `/${id}` });
  const absolute = {
    ...spec,
    root: { ...spec.root, path: resolve(path, spec.root.path) },
    // runc's default.
    linux: { rootfsPropagation: "slave" as const, ...spec.linux, ...withUserNamespaceIds(spec.linux) },
  };
  return {
    path,
    config: formatJson({ ...absolute, process: read.process }),
    spec: absolute,
    asksForCgroup: asksForCgroup(read),
  };
}

function asksForTerminal(json: unknown): boolean {
  const { process } = (json ?? {}) as { readonly process?: { readonly terminal?: unknown } | null };
  return process?.terminal === true;
}

function asksForCgroup({ linux = {} }: Spec): boolean {
  const { cgroupsPath = "", resources = {} } = linux;
  const { devices: _devices, ...limits } = resources;
  return cgroupsPath !== "" || Object.keys(limits).length > 0;
}
