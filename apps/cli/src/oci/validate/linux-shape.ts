import type {
  MemoryPolicyFlag,
  MemoryPolicyMode,
  RootfsPropagation,
  SpecDevice,
  SpecIdMapping,
  SpecIntelRdt,
  SpecLinux,
  SpecMemoryPolicy,
  SpecNamespace,
  SpecNamespaceReference,
  SpecTimeOffset,
} from "../spec-linux.ts";
import { resourcesShape } from "./resources-shape.ts";
import { seccompShape } from "./seccomp-shape.ts";
import { integer, list, map, matching, oneOf, record, type Shape, text, yesNo } from "./shape.ts";

const uint32 = integer("uint32");

/** `IDMapping` of defs.json, a list of them. */
export const idMappings: Shape = list(
  record<SpecIdMapping>({ containerID: uint32, hostID: uint32, size: uint32 }, ["containerID", "hostID", "size"]),
);

const namespace = record<SpecNamespaceReference>(
  {
    type: oneOf<SpecNamespace>({
      mount: true,
      pid: true,
      network: true,
      uts: true,
      ipc: true,
      user: true,
      cgroup: true,
      time: true,
    }),
    path: text,
  },
  ["type"],
);

const timeOffset = record<SpecTimeOffset>({ secs: integer("int64"), nanosecs: uint32 }, []);

const device = record<SpecDevice>(
  {
    path: text,
    type: matching(/^[cbup]$/, 'one of "c", "b", "u" and "p"'),
    major: integer("int64"),
    minor: integer("int64"),
    fileMode: uint32,
    uid: uint32,
    gid: uint32,
  },
  ["path", "type"],
);

const intelRdt = record<SpecIntelRdt>(
  {
    closID: text,
    schemata: list(text),
    l3CacheSchema: text,
    memBwSchema: matching(/^MB:[^\n]*$/, 'a line such as "MB:0=50;1=50"'),
    enableMonitoring: yesNo,
  },
  [],
);

const memoryPolicy = record<SpecMemoryPolicy>(
  {
    mode: oneOf<MemoryPolicyMode>({
      MPOL_DEFAULT: true,
      MPOL_BIND: true,
      MPOL_INTERLEAVE: true,
      MPOL_WEIGHTED_INTERLEAVE: true,
      MPOL_PREFERRED: true,
      MPOL_PREFERRED_MANY: true,
      MPOL_LOCAL: true,
    }),
    nodes: text,
    flags: list(
      oneOf<MemoryPolicyFlag>({ MPOL_F_NUMA_BALANCING: true, MPOL_F_RELATIVE_NODES: true, MPOL_F_STATIC_NODES: true }),
    ),
  },
  ["mode"],
);

const personality = record<NonNullable<SpecLinux["personality"]>>(
  { domain: oneOf({ LINUX: true, LINUX32: true }), flags: list(text) },
  ["domain"],
);

/** `linux` of config-linux.json. */
export const linuxShape: Shape = record<SpecLinux>(
  {
    namespaces: list(namespace),
    uidMappings: idMappings,
    gidMappings: idMappings,
    timeOffsets: record<NonNullable<SpecLinux["timeOffsets"]>>({ monotonic: timeOffset, boottime: timeOffset }, []),
    devices: list(device),
    netDevices: map(record<NonNullable<SpecLinux["netDevices"]>[string]>({ name: text }, [])),
    cgroupsPath: text,
    resources: resourcesShape,
    rootfsPropagation: oneOf<RootfsPropagation>({
      shared: true,
      slave: true,
      private: true,
      unbindable: true,
      rshared: true,
      rslave: true,
      rprivate: true,
      runbindable: true,
    }),
    seccomp: seccompShape,
    sysctl: map(text),
    maskedPaths: list(text),
    readonlyPaths: list(text),
    mountLabel: text,
    intelRdt,
    memoryPolicy,
    personality,
  },
  [],
);
