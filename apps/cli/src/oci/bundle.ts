import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isErrno } from "@wb/syscall";
import { UserError } from "../user-error.ts";
import { completeSpec, type CompleteSpec } from "./complete-spec.ts";
import type { Spec, SpecMount } from "./spec.ts";

/** A directory with a config.json and a root, OCI runtime-spec bundle.md. */
export interface Bundle {
  /** An absolute path. */
  readonly path: string;
  /** What is in its config.json. */
  readonly config: string;
  readonly spec: CompleteSpec;
}

export interface BundleOptions {
  readonly bundle?: string | undefined;
  /** A configuration of another name, from the bundle, as crun has it. */
  readonly config?: string | undefined;
  readonly id: string;
}

/**
 * Reads a bundle. Paths that count from it are absolute in the answer.
 *
 * @throws UserError for one without a configuration, or with one that is none
 */
export function readBundle({ bundle = ".", config = "config.json", id }: BundleOptions): Bundle {
  const path = resolve(bundle);
  const file = resolve(path, config);
  const text = readText(file);
  const spec = completeSpec(JSON.parse(text) as Spec, { cgroupsPath: `/${id}` });
  const absolute = {
    ...spec,
    root: { ...spec.root, path: resolve(path, spec.root.path) },
    mounts: spec.mounts.map((mount) => absoluteSource(mount, path)),
  };
  return { path, config: `${JSON.stringify(absolute)}\n`, spec: absolute };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    if (!isErrno(cause, "ENOENT", "ENOTDIR", "EISDIR", "EACCES")) throw cause;
    throw new UserError(`cannot read ${file}: JSON specification file config.json not found`, {
      hint: "--bundle DIRECTORY names another bundle; 'wb oci spec' writes a config.json",
      cause,
    });
  }
}

function absoluteSource(mount: SpecMount, bundle: string): SpecMount {
  const { source, type, options = [] } = mount;
  const isBind = type === "bind" || options.includes("bind") || options.includes("rbind");
  return source === undefined || !isBind || source.startsWith("/") ? mount : { ...mount, source: join(bundle, source) };
}
