import {
  ALL_CAPABILITIES,
  type CapabilitySets,
  capabilitySteps,
  heldCapabilities,
  limitTo,
  noNewPrivs,
  oomScoreAdjStep,
  parseCapabilities,
  rlimitSteps,
  umaskStep,
} from "@wb/security";
import type { Program } from "@wb/syscall";
import type { CompleteProcess } from "../oci/complete-spec.ts";
import { environmentOf } from "./environment.ts";
import { inDirectory } from "./working-directory.ts";

/** What a process of a container is made of, besides its root: the same for its first one and for those of `exec`. */
export interface ProcessSteps {
  /** With the caller's /proc and all privileges. */
  readonly first: Program;
  /** In the container's root: the working directory, and then no more privileges than the command has. */
  readonly last: Program;
  readonly env: Readonly<Record<string, string>>;
  /** Capabilities that were asked for and that this process cannot give, or does not know. */
  readonly missingCapabilities: readonly string[];
}

export interface ProcessContext {
  /** What the process that starts it has to give. Default: what this one has. */
  readonly held?: CapabilitySets | undefined;
  /** It is in another user namespace than this process, and has all capabilities there. */
  readonly inUserNamespace: boolean;
}

export function processSteps(process: CompleteProcess, { held, inUserNamespace }: ProcessContext): ProcessSteps {
  const { user, rlimits = [], noNewPrivileges = false, oomScoreAdj, cwd } = process;
  const wanted = parseCapabilities(process.capabilities);
  const { sets, missing } = limitTo(wanted.sets, inUserNamespace ? EVERYTHING : (held ?? heldCapabilities()));
  return {
    first: [
      ...(oomScoreAdj === undefined ? [] : [oomScoreAdjStep(oomScoreAdj)]),
      umaskStep(user.umask ?? 0o022),
      ...rlimitSteps(rlimits),
    ],
    last: [
      ...(noNewPrivileges ? [noNewPrivs] : []),
      ...inDirectory(
        cwd,
        capabilitySteps(sets, { user: { uid: user.uid, gid: user.gid, groups: user.additionalGids ?? [] } }),
      ),
    ],
    env: environmentOf(process.env),
    missingCapabilities: [...missing, ...wanted.unknown],
  };
}

const EVERYTHING: CapabilitySets = {
  bounding: ALL_CAPABILITIES,
  effective: ALL_CAPABILITIES,
  permitted: ALL_CAPABILITIES,
  inheritable: ALL_CAPABILITIES,
  ambient: ALL_CAPABILITIES,
};
