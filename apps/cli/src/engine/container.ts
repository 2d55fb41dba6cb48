import { statSync } from "node:fs";
import { resolve } from "node:path";
import { detect, type Layout } from "@wb/cgroup";
import { throwAwayOverlay } from "@wb/overlay";
import type { Program } from "@wb/syscall";
import type { Spec } from "../oci/spec.ts";
import { UserError } from "../user-error.ts";
import { resolveAccount } from "./account.ts";
import { newContainerId } from "./container-id.ts";
import { containerSpec } from "./container-spec.ts";
import type { RunOptions } from "./run-options.ts";
import { type StatePaths, statePaths } from "./state.ts";

/** A container that was asked for: its OCI configuration, and what the engine adds to it. */
export interface Container {
  readonly id: string;
  readonly spec: Spec;
  readonly paths: StatePaths;
  readonly layout: Layout;
  /** Steps in the container's mount namespace that make its root. */
  readonly rootfs: Program;
}

/**
 * Designs a container; nothing is changed yet.
 *
 * @throws UserError for a root or a user that is not there
 */
export function designContainer(options: RunOptions): Container {
  const id = newContainerId();
  const paths = statePaths(id, options.name);
  const layout = detect();
  const directory = rootDirectory(options.rootfs.directory);
  const { steps, merged } = options.rootfs.overlay
    ? throwAwayOverlay(directory, paths.mountpoint)
    : { steps: [], merged: directory };
  const account = resolveAccount(options.user, directory);
  const spec = containerSpec(options, { id, root: merged, cgroupsPath: cgroupsPath(id), account, layout });
  return { id, spec, paths, layout, rootfs: steps };
}

/** Flat, in every hierarchy: a directory for all containers would stay behind, or be removed under another wb's feet. */
export function cgroupsPath(id: string): string {
  return `/wb-${id}`;
}

function rootDirectory(path: string): string {
  const directory = resolve(path);
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return directory;
  const problem = found === undefined ? "there is no such directory" : "that is no directory";
  throw new UserError(`invalid argument ${JSON.stringify(path)} for --rootfs: ${problem}`, {
    hint: "name a directory with a root file system, or /:O for a copy of this machine",
  });
}
