import {
  address,
  call,
  capUserData,
  capUserHeader,
  ignoring,
  type Instruction,
  LINUX_CAPABILITY_VERSION_3,
  pointer,
  PR,
  PR_CAP_AMBIENT,
  type Program,
  splitCapabilities,
  type Step,
  step,
  type User,
  userSteps,
  value,
} from "@wb/syscall";
import { ALL_CAPABILITIES, capabilityNames, capabilityNumbers, type CapabilityMask } from "./capability-name.ts";
import type { CapabilitySets } from "./capability-sets.ts";

export interface CapabilityOptions {
  /** Who the process becomes on the way: it must be root to drop capabilities, and keep them while it stops being root. */
  readonly user?: User;
}

/**
 * The Steps that give a process its capabilities, capabilities(7), and make it a user, in the only order that works. They
 * are the last ones that may need privileges.
 *
 * root gets at its next execve(2) all of `bounding` and `inheritable`, whatever `permitted` says; another user gets
 * `ambient`, and otherwise nothing.
 *
 * @example
 * const docker = { bounding: DOCKER_CAPABILITIES, effective: 0n, permitted: 0n, inheritable: 0n, ambient: 0n };
 * capabilitySteps(docker, { user: { uid: 1000, gid: 1000 } });
 */
export function capabilitySteps(sets: CapabilitySets, { user }: CapabilityOptions = {}): Program {
  // setresuid(2) from root to another user empties the sets unless this is set.
  const keep = user !== undefined && user.uid !== 0;
  return [
    ...boundingSteps(sets.bounding),
    ...(keep ? [step("keep the capabilities while the user changes", [call("prctl", PR.SET_KEEPCAPS, 1)])] : []),
    ...(user === undefined ? [] : userSteps(user)),
    capsetStep(sets),
    ambientStep(sets.ambient),
    ...(keep ? [step("no longer keep capabilities when the user changes", [call("prctl", PR.SET_KEEPCAPS, 0)])] : []),
  ];
}

/** PR_CAPBSET_DROP(2const) needs CAP_SETPCAP, and fails with EINVAL for a capability that the kernel does not know. */
function boundingSteps(bounding: CapabilityMask): Step[] {
  const dropped = ALL_CAPABILITIES & ~bounding;
  return [
    ...(dropped === 0n
      ? []
      : [
          step(
            "drop capabilities from the bounding set",
            capabilityNumbers(dropped).map(dropFromBounding),
            `setpriv --bounding-set ${boundingSetArgument(bounding, dropped)}`,
          ),
        ]),
    dropNewer(bounding & ~ALL_CAPABILITIES),
  ];
}

/** The shorter of what goes and what stays. */
function boundingSetArgument(bounding: CapabilityMask, dropped: CapabilityMask): string {
  const [goes, stays] = [shortNames(dropped), shortNames(bounding)];
  return goes.length < stays.length ? `-${goes.join(",-")}` : ["-all", ...stays].join(",+");
}

/** Capabilities of a kernel that is newer than the list of names here. */
function dropNewer(wanted: CapabilityMask): Step {
  const label = "drop capabilities that have no name yet from the bounding set";
  if (wanted !== 0n) return step(label, capabilityNumbers(NEWER & ~wanted).map(dropFromBounding));
  return step(label, [
    { assign: address("capability"), to: FIRST_NEWER },
    { label: "next capability" },
    ignoring(call("prctl", PR.CAPBSET_DROP, value("capability")), "EINVAL"),
    { assign: address("capability"), to: value("capability"), plus: 1 },
    { jump: "next capability", when: { value: "capability", lessThan: END } },
  ]);
}

const END = 64;
const NEWER = ~ALL_CAPABILITIES & ((1n << BigInt(END)) - 1n);
const FIRST_NEWER = capabilityNumbers(ALL_CAPABILITIES).length;

function dropFromBounding(number: number): Instruction {
  return ignoring(call("prctl", PR.CAPBSET_DROP, number), "EINVAL");
}

function capsetStep(sets: CapabilitySets): Step {
  const names = shortNames(sets.effective).join(", ");
  return step(names === "" ? "have no capabilities" : `have the capabilities ${names}`, [
    call(
      "capset",
      pointer(capUserHeader, { version: LINUX_CAPABILITY_VERSION_3, pid: 0 }),
      pointer(capUserData, splitCapabilities(sets)),
    ),
  ]);
}

/** PR_CAP_AMBIENT(2const). */
function ambientStep(ambient: CapabilityMask): Step {
  return step(ambient === 0n ? "clear the ambient set" : "set the ambient set", [
    call("prctl", PR.CAP_AMBIENT, PR_CAP_AMBIENT.CLEAR_ALL),
    ...capabilityNumbers(ambient).map((number) => call("prctl", PR.CAP_AMBIENT, PR_CAP_AMBIENT.RAISE, number)),
  ]);
}

function shortNames(mask: CapabilityMask): string[] {
  return capabilityNames(mask).map((name) => (/\d/u.test(name) ? name : name.slice("CAP_".length)).toLowerCase());
}
