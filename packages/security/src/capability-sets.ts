import { capabilityMask, capabilityNames, type CapabilityMask, UnknownCapabilityError } from "./capability-name.ts";

/** The five sets of a thread, capabilities(7). */
export interface CapabilitySets {
  /** What no execve(2) gives more than. */
  readonly bounding: CapabilityMask;
  /** What is in force. */
  readonly effective: CapabilityMask;
  /** What `effective` may be raised to. */
  readonly permitted: CapabilityMask;
  /** What a program may inherit whose file says so; it needs a reason not to be empty (CVE-2022-24769). */
  readonly inheritable: CapabilityMask;
  /** What any program keeps, of a user who is not root; within `permitted` and `inheritable`. Since Linux 4.3. */
  readonly ambient: CapabilityMask;
}

/** `process.capabilities` of an OCI runtime configuration: names such as `CAP_CHOWN`. */
export type OciCapabilities = { readonly [Name in keyof CapabilitySets]?: readonly string[] };

/**
 * The `process.capabilities` of a container as docker writes it: a user other than root has only the bounding set, since
 * its first execve(2) would empty the others.
 */
export function ociCapabilities(capabilities: CapabilityMask, { uid }: { readonly uid: number }): OciCapabilities {
  const names = capabilityNames(capabilities);
  return uid === 0 ? { bounding: names, effective: names, permitted: names } : { bounding: names };
}

/**
 * The sets of a `process.capabilities`. Names that are no capabilities are left out and told: the specification wants them
 * to be a warning, since a configuration may be newer than the runtime.
 */
export function parseCapabilities(oci: OciCapabilities): {
  readonly sets: CapabilitySets;
  readonly unknown: readonly string[];
} {
  const unknown = new Set<string>();
  const parse = (names: readonly string[] = []): CapabilityMask =>
    names.reduce((mask, name) => mask | parseOne(name, unknown), 0n);
  const sets = mapSets((name) => parse(oci[name]));
  return { sets, unknown: [...unknown] };
}

/**
 * What of some sets a process with other sets, {@link heldCapabilities}, can give to one that it makes: not more than is in
 * its own bounding and permitted set. `missing` names what was left out.
 */
export function limitTo(
  sets: CapabilitySets,
  held: CapabilitySets,
): { readonly sets: CapabilitySets; readonly missing: readonly string[] } {
  const bounding = sets.bounding & held.bounding;
  const permitted = sets.permitted & held.permitted;
  const effective = sets.effective & permitted;
  const inheritable = sets.inheritable & held.bounding & (held.permitted | held.inheritable);
  const ambient = sets.ambient & permitted & inheritable;
  const limited = { bounding, effective, permitted, inheritable, ambient };
  // No machine can give ambient capabilities that are not permitted and inheritable.
  const possible = { ...sets, ambient: sets.ambient & sets.permitted & sets.inheritable };
  const missing = mapSets((name) => possible[name] & ~limited[name]);
  return { sets: limited, missing: capabilityNames(unionOf(missing)) };
}

function parseOne(name: string, unknown: Set<string>): CapabilityMask {
  try {
    return capabilityMask([name]);
  } catch (error) {
    if (!(error instanceof UnknownCapabilityError)) throw error;
    unknown.add(name);
    return 0n;
  }
}

function mapSets(make: (name: keyof CapabilitySets) => CapabilityMask): CapabilitySets {
  return {
    bounding: make("bounding"),
    effective: make("effective"),
    permitted: make("permitted"),
    inheritable: make("inheritable"),
    ambient: make("ambient"),
  };
}

function unionOf({ bounding, effective, permitted, inheritable, ambient }: CapabilitySets): CapabilityMask {
  return bounding | effective | permitted | inheritable | ambient;
}
