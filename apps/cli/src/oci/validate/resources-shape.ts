import type {
  BlockIoResources,
  CpuResources,
  DeviceRule,
  MemoryResources,
  NetworkResources,
  Resources,
  ThrottleDevice,
  WeightDevice,
} from "../resources.ts";
import { integer, list, map, matching, oneOf, record, type Shape, text, yesNo } from "./shape.ts";

const [int64, uint64, uint32, uint16] = [integer("int64"), integer("uint64"), integer("uint32"), integer("uint16")];

const deviceRule = record<DeviceRule>(
  {
    allow: yesNo,
    type: oneOf<NonNullable<DeviceRule["type"]>>({ a: true, b: true, c: true }),
    major: int64,
    minor: int64,
    access: matching(/^[rwma]*$/, 'letters of "rwm"'),
  },
  ["allow"],
);

const memory = record<MemoryResources>(
  {
    limit: int64,
    reservation: int64,
    swap: int64,
    kernel: int64,
    kernelTCP: int64,
    swappiness: uint64,
    disableOOMKiller: yesNo,
    useHierarchy: yesNo,
    checkBeforeUpdate: yesNo,
  },
  [],
);

const cpu = record<CpuResources>(
  {
    shares: uint64,
    quota: int64,
    burst: uint64,
    period: uint64,
    realtimeRuntime: int64,
    realtimePeriod: uint64,
    cpus: text,
    mems: text,
    idle: int64,
  },
  [],
);

const throttles = list(
  record<ThrottleDevice>({ major: int64, minor: int64, rate: uint64 }, ["major", "minor", "rate"]),
);

const blockIO = record<BlockIoResources>(
  {
    weight: uint16,
    leafWeight: uint16,
    weightDevice: list(
      record<WeightDevice>({ major: int64, minor: int64, weight: uint16, leafWeight: uint16 }, ["major", "minor"]),
    ),
    throttleReadBpsDevice: throttles,
    throttleWriteBpsDevice: throttles,
    throttleReadIOPSDevice: throttles,
    throttleWriteIOPSDevice: throttles,
  },
  [],
);

const hugepageLimit = record<NonNullable<Resources["hugepageLimits"]>[number]>(
  { pageSize: matching(/^[1-9][0-9]*[KMG]B$/, 'a size such as "2MB"'), limit: uint64 },
  ["pageSize", "limit"],
);

const network = record<NetworkResources>(
  {
    classID: uint32,
    priorities: list(
      record<NonNullable<NetworkResources["priorities"]>[number]>({ name: text, priority: uint32 }, [
        "name",
        "priority",
      ]),
    ),
  },
  [],
);

const rdma = record<NonNullable<Resources["rdma"]>[string]>({ hcaHandles: uint32, hcaObjects: uint32 }, []);

/** `linux.resources` of config-linux.json. */
export const resourcesShape: Shape = record<Resources>(
  {
    devices: list(deviceRule),
    memory,
    cpu,
    pids: record<NonNullable<Resources["pids"]>>({ limit: int64 }, []),
    blockIO,
    hugepageLimits: list(hugepageLimit),
    network,
    rdma: map(rdma),
    unified: map(text),
  },
  [],
);
