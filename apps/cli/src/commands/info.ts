import { type Hierarchy, hierarchyId } from "@wb/cgroup";
import type { IdMap } from "@wb/ns";
import { type HostInfo, hostInfo } from "../engine/host/host-info.ts";
import { describeFlags, parseFlags, usage } from "../flags.ts";
import { writeAll } from "../write-all.ts";

const FLAGS = {
  json: { type: "boolean", help: "Print JSON" },
  help: { type: "boolean", help: "Show this" },
} as const;

const HELP = `Usage: wb info [FLAGS]

Show this machine as wb sees it: kernel, control groups, id maps, and what wb can do here and what it cannot, found out by
trying. Needs no privileges, and tells what this user can do.

${describeFlags(FLAGS)}

Examples:
  wb info
  wb info --json | jq '.abilities[] | select(.works | not)'
`;

/** `wb info`: what this machine is, and can do. */
export function infoCommand(args: readonly string[]): number {
  const { flags, words } = parseFlags("info", FLAGS, args);
  if (flags.help === true) {
    writeAll(HELP);
    return 0;
  }
  if (words[0] !== undefined) throw usage("info", `wb info takes no argument: ${JSON.stringify(words[0])}`);
  const info = hostInfo();
  writeAll(flags.json === true ? `${JSON.stringify(info, null, 2)}\n` : `${textOf(info).join("\n")}\n`);
  return 0;
}

function textOf({ kernel, cgroup, overlay, ids, security, abilities, ...info }: HostInfo): string[] {
  const subordinate = (ranges: readonly { first: number; count: number }[]): string =>
    ranges.length === 0 ? "none" : ranges.map(({ first, count }) => `${first}:${count}`).join(", ");
  return [
    `wb: ${info.version}, Node.js ${info.node}`,
    `Kernel: Linux ${kernel.release} ${kernel.machine}`,
    ...(info.os === undefined ? [] : [`Operating system: ${info.os}`]),
    `CPUs: ${info.cpus}`,
    `Memory: ${(info.memory / 2 ** 30).toFixed(1)} GiB`,
    `Containers: ${info.containers.length}`,
    `Control groups: ${cgroup.kind}`,
    ...cgroup.hierarchies.map((hierarchy) => `  ${describeHierarchy(hierarchy)}`),
    ...(cgroup.unmounted.length === 0 ? [] : [`  not mounted: ${cgroup.unmounted.join(", ")}`]),
    ...(cgroup.disabled.length === 0 ? [] : [`  disabled at boot: ${cgroup.disabled.join(", ")}`]),
    `Overlays that fit on /, one on the other: ${overlay.depth}`,
    `Ids of this user namespace: users ${describeMaps(ids.uidMap)}; groups ${describeMaps(ids.gidMap)}`,
    `Subordinate ids of this user: users ${subordinate(ids.subuid)}; groups ${subordinate(ids.subgid)}`,
    `Capabilities: ${describeCapabilities(security)}`,
    `Security modules: ${["seccomp", "apparmor", "selinux"].filter((name) => security[name as "seccomp"]).join(", ") || "none"}`,
    "What wb can do here:",
    ...abilities.flatMap(({ name, works, problem, hint }) => [
      `  ${works ? "yes" : "no "}  ${name}`,
      ...(problem === undefined ? [] : [`       ${problem}`]),
      ...(hint === undefined ? [] : [`       hint: ${hint}`]),
    ]),
  ];
}

function describeHierarchy(hierarchy: Hierarchy): string {
  const { version, controllers, mountpoint } = hierarchy;
  if (version === 1) return `v1 ${hierarchyId(hierarchy)} on ${mountpoint}`;
  return `v2 on ${mountpoint}: ${controllers.length === 0 ? "no controllers" : controllers.join(", ")}`;
}

/** `0:0:4294967295` as the kernel has them. */
function describeMaps(maps: readonly IdMap[]): string {
  if (maps.length === 0) return "none";
  const [first] = maps;
  if (maps.length === 1 && first?.inside === 0 && first.outside === 0 && first.count === 0xffff_ffff) return "all";
  return maps.map(({ inside, outside, count }) => `${inside}:${outside}:${count}`).join(", ");
}

function describeCapabilities({ capabilities, missingCapabilities }: HostInfo["security"]): string {
  if (missingCapabilities.length === 0) return "all";
  if (capabilities.length === 0) return "none";
  return capabilities.length > missingCapabilities.length
    ? `all but ${missingCapabilities.join(", ")}`
    : capabilities.join(", ");
}
