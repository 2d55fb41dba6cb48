import type { CapabilityMask } from "../capability-name.ts";
import { type Machine, thisMachine } from "./architectures.ts";
import { compileSeccomp, type SeccompFilter } from "./compile.ts";
import { ASKED_FOR, FLAGS, HELD, PROGRAMS } from "./docker-filter.generated.ts";
import { dockerSeccompProfile } from "./docker-profile.ts";
import { dockerSeccomp } from "./docker-seccomp.ts";

export interface DockerFilterOptions {
  /** The container's bounding set. */
  readonly capabilities: CapabilityMask;
  /** Default: this one. */
  readonly machine?: Machine;
}

/**
 * The filter of docker's default profile for a container: what `compileSeccomp(dockerSeccomp(dockerSeccompProfile(), …))`
 * makes on Linux 4.8 and newer.
 *
 * The profile asks for few capabilities. For those of them that containers have by default, the program comes compiled:
 * compiling takes some milliseconds of a start.
 */
export function dockerFilter({ capabilities, machine = thisMachine() }: DockerFilterOptions): SeccompFilter {
  if ((capabilities & ASKED_FOR) !== HELD)
    return compileSeccomp(dockerSeccomp(dockerSeccompProfile(), { capabilities, machine }), { machine });
  return { program: Uint8Array.from(Buffer.from(PROGRAMS[machine], "base64")), flags: FLAGS, notifies: false };
}
