import type { SpecLinux, SpecNamespace, SpecNamespaceReference } from "../spec-linux.ts";
import type { Spec } from "../spec.ts";
import type { Problem } from "./config-error.ts";
import { idMappingRules } from "./id-mapping-rules.ts";
import { expectAbsolute, expectThat } from "./problem.ts";

/** Rules of namespaces, and of the fields that need one. */
export function namespaceRules({ linux = {}, hostname, domainname }: Spec): Problem[] {
  const { namespaces = [] } = linux;
  const find = (type: SpecNamespace): SpecNamespaceReference | undefined =>
    namespaces.find((namespace) => namespace.type === type);
  const needs = (type: SpecNamespace, field: string, isGiven: boolean): Problem[] => {
    if (!isGiven || find(type) !== undefined) return [];
    const message = `a namespace of type ${type} was expected for it`;
    return [{ path: field, message, remedy: `add {"type": "${type}"} to linux.namespaces, or leave ${field} away` }];
  };
  return [
    ...namespaces.flatMap(({ type, path }, index) => [
      ...expectThat(
        namespaces.findIndex((other) => other.type === type) === index,
        `linux.namespaces[${index}].type`,
        type,
        "each kind of namespace was expected once",
      ),
      ...expectAbsolute(path, `linux.namespaces[${index}].path`),
    ]),
    ...needs("uts", "hostname", hostname !== undefined),
    ...needs("uts", "domainname", domainname !== undefined),
    ...needs("mount", "linux.maskedPaths", isFilled(linux.maskedPaths)),
    ...needs("mount", "linux.readonlyPaths", isFilled(linux.readonlyPaths)),
    ...needs("user", "linux.uidMappings", isFilled(linux.uidMappings)),
    ...needs("user", "linux.gidMappings", isFilled(linux.gidMappings)),
    ...needs("time", "linux.timeOffsets", isFilled(Object.keys(linux.timeOffsets ?? {}))),
    ...needs("network", "linux.netDevices", isFilled(Object.keys(linux.netDevices ?? {}))),
    ...mappingRules(linux),
    ...timeRules(linux, find("time")),
  ];
}

function isFilled(list: readonly unknown[] | undefined): boolean {
  return list !== undefined && list.length > 0;
}

/** Both kinds of ids, or none: see `completeSpec`. One that is joined has its own: see `specWarnings`. */
function mappingRules({ uidMappings, gidMappings }: SpecLinux): Problem[] {
  const isBoth = isFilled(uidMappings) === isFilled(gidMappings);
  const [given, other] = isFilled(uidMappings) ? ["uidMappings", "gidMappings"] : ["gidMappings", "uidMappings"];
  return [
    ...(isBoth ? [] : [{ path: `linux.${other}`, message: `missing: it was expected beside ${given}` }]),
    ...idMappingRules(uidMappings, "linux.uidMappings"),
    ...idMappingRules(gidMappings, "linux.gidMappings"),
  ];
}

/** time_namespaces(7): the clocks of one that has processes cannot be set. */
function timeRules({ timeOffsets = {} }: SpecLinux, time: SpecNamespaceReference | undefined): Problem[] {
  const isJoined = time?.path !== undefined && Object.keys(timeOffsets).length > 0;
  return [
    ...(isJoined
      ? [{ path: "linux.timeOffsets", message: "none were expected for a time namespace that is joined by its path" }]
      : []),
    ...Object.entries(timeOffsets).flatMap(([clock, { nanosecs = 0 }]) =>
      expectThat(
        nanosecs < 1e9,
        `linux.timeOffsets.${clock}.nanosecs`,
        nanosecs,
        "less than a second was expected: 0 to 999999999",
      ),
    ),
  ];
}
