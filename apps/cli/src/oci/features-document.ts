import { knownMountOptions } from "@wb/rootfs";
import { ALL_CAPABILITIES, capabilityNames, LANDLOCK_ANNOTATION, seccompNames } from "@wb/security";
import { NAMESPACES } from "../runtime/container-plan.ts";
import { KEEP_GROUPS_ANNOTATION } from "../runtime/kept-groups.ts";
import { versionText } from "../version.ts";
import { OCI_VERSION } from "./oci-version.ts";
import { configShape } from "./validate/config-shape.ts";
import type { Shape } from "./validate/shape.ts";

/**
 * What this runtime knows, whatever this machine has of it: the OCI runtime-spec's features.md. Every list is one of the tables
 * that configurations are read by.
 */
export function featuresDocument(): object {
  const { actions, operators, architectures, flags } = seccompNames();
  return {
    ociVersionMin: "1.0.0",
    ociVersionMax: OCI_VERSION,
    hooks: fieldNames(configShape, "hooks"),
    mountOptions: knownMountOptions(),
    linux: {
      namespaces: Object.keys(NAMESPACES).toSorted(),
      capabilities: capabilityNames(ALL_CAPABILITIES),
      // Scopes are the system's own systemd's.
      cgroup: { v1: true, v2: true, systemd: true, systemdUser: false, rdma: true },
      seccomp: { enabled: true, actions, operators, archs: architectures, knownFlags: flags, supportedFlags: flags },
      apparmor: { enabled: true },
      selinux: { enabled: true },
      intelRdt: { enabled: true, schemata: true },
      memoryPolicy: {
        modes: values(configShape, "linux", "memoryPolicy", "mode"),
        flags: values(configShape, "linux", "memoryPolicy", "flags"),
      },
      mountExtensions: { idmap: { enabled: true } },
      netDevices: { enabled: false },
    },
    annotations: {
      "org.whalebox.version": versionText.trim().split(" ").at(-1) ?? "",
      "org.whalebox.annotations": LANDLOCK_ANNOTATION,
    },
    potentiallyUnsafeConfigAnnotations: [LANDLOCK_ANNOTATION, KEEP_GROUPS_ANNOTATION],
  };
}

function fieldNames(shape: Shape, ...path: readonly string[]): string[] {
  const found = shapeAt(shape, path);
  return found?.kind === "record" ? [...found.fields.keys()] : [];
}

/** The words that a text, or each of a list, can be. */
function values(shape: Shape, ...path: readonly string[]): string[] {
  const found = shapeAt(shape, path);
  const word = found?.kind === "list" ? found.of : found;
  return word?.kind === "text" ? [...(word.values ?? [])] : [];
}

function shapeAt(shape: Shape, path: readonly string[]): Shape | undefined {
  return path.reduce<Shape | undefined>(
    (inner, name) => (inner?.kind === "record" ? inner.fields.get(name) : undefined),
    shape,
  );
}
