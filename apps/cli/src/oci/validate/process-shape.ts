import type { OciCapabilities, Rlimit } from "@wb/security";
import type {
  IoPriorityClass,
  SchedulerFlag,
  SchedulerPolicy,
  SpecProcess,
  SpecScheduler,
  SpecUser,
} from "../spec-process.ts";
import { exactUint64, integer, list, matching, oneOf, record, type Shape, text, yesNo } from "./shape.ts";

const user = record<SpecUser>(
  {
    uid: integer("uint32"),
    gid: integer("uint32"),
    umask: integer("uint32"),
    additionalGids: list(integer("uint32")),
  },
  [],
);

const consoleSize = record<NonNullable<SpecProcess["consoleSize"]>>(
  { height: integer("uint64"), width: integer("uint64") },
  ["height", "width"],
);

const capabilities = record<OciCapabilities>(
  {
    bounding: list(text),
    effective: list(text),
    inheritable: list(text),
    permitted: list(text),
    ambient: list(text),
  },
  [],
);

const rlimit = record<Rlimit>(
  {
    type: matching(/^RLIMIT_[A-Z]+$/, 'the name of a limit such as "RLIMIT_NOFILE"'),
    soft: exactUint64,
    hard: exactUint64,
  },
  ["type", "soft", "hard"],
);

const scheduler = record<SpecScheduler>(
  {
    policy: oneOf<SchedulerPolicy>({
      SCHED_OTHER: true,
      SCHED_FIFO: true,
      SCHED_RR: true,
      SCHED_BATCH: true,
      SCHED_ISO: true,
      SCHED_IDLE: true,
      SCHED_DEADLINE: true,
    }),
    nice: integer("int32"),
    priority: integer("int32"),
    flags: list(
      oneOf<SchedulerFlag>({
        SCHED_FLAG_RESET_ON_FORK: true,
        SCHED_FLAG_RECLAIM: true,
        SCHED_FLAG_DL_OVERRUN: true,
        SCHED_FLAG_KEEP_POLICY: true,
        SCHED_FLAG_KEEP_PARAMS: true,
        SCHED_FLAG_UTIL_CLAMP_MIN: true,
        SCHED_FLAG_UTIL_CLAMP_MAX: true,
      }),
    ),
    runtime: exactUint64,
    deadline: exactUint64,
    period: exactUint64,
  },
  ["policy"],
);

const ioPriority = record<NonNullable<SpecProcess["ioPriority"]>>(
  {
    class: oneOf<IoPriorityClass>({ IOPRIO_CLASS_RT: true, IOPRIO_CLASS_BE: true, IOPRIO_CLASS_IDLE: true }),
    priority: integer("int32"),
  },
  ["class"],
);

const cpuList = matching(/^[0-9, -]*$/, 'a list of CPUs such as "0-3,7"');

/** `process` of config-schema.json. */
export const processShape: Shape = record<SpecProcess>(
  {
    terminal: yesNo,
    consoleSize,
    cwd: text,
    env: list(text),
    args: list(text),
    user,
    capabilities,
    rlimits: list(rlimit),
    noNewPrivileges: yesNo,
    apparmorProfile: text,
    oomScoreAdj: integer("int64"),
    scheduler,
    selinuxLabel: text,
    ioPriority,
    execCPUAffinity: record<NonNullable<SpecProcess["execCPUAffinity"]>>({ initial: cpuList, final: cpuList }, []),
  },
  ["cwd"],
);
