import { securityModules } from "@wb/security";
import type { Spec } from "../spec.ts";
import { quote } from "./quote.ts";

/** What is wrong in a configuration that other runtimes nevertheless run, and so this one. */
export function specWarnings({
  mounts = [],
  linux: { namespaces = [], uidMappings, gidMappings, mountLabel = "" } = {},
  process,
}: Spec): string[] {
  const joinsUser = namespaces.some(({ type, path }) => type === "user" && path !== undefined);
  const hasMappings = uidMappings !== undefined || gidMappings !== undefined;
  return [
    ...mounts.flatMap(({ destination }, index) =>
      destination.startsWith("/")
        ? []
        : [`mounts[${index}].destination: ${quote(destination)} is taken from /: an absolute path was expected`],
    ),
    // containerd and CRI-O write both.
    ...(joinsUser && hasMappings
      ? ["linux.uidMappings, linux.gidMappings: the user namespace that is joined has its own ids: none were expected"]
      : []),
    ...(mountLabel !== "" && !securityModules().selinux
      ? [`linux.mountLabel: ${quote(mountLabel)} is on no mount: SELinux is not switched on`]
      : []),
    ...(process === undefined
      ? ["process: missing: there is nothing to run, and the container ends when it is started"]
      : []),
  ];
}
