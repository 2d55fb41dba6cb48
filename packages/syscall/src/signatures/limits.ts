import type { Format } from "../signature.ts";
import { IOPRIO_WHO } from "../uapi/ioprio.ts";
import { PRIO, RLIMIT } from "../uapi/resource.ts";
import { SCHED } from "../uapi/sched.ts";
import { oneOf, type Signatures } from "./formats.ts";

const rlimit: Format = oneOf({ RLIMIT_: RLIMIT });
const scheduler: Format = oneOf({ SCHED_: SCHED });

/** The parameters of the calls for limits and scheduling. */
export const limits = (): Signatures => ({
  prlimit64: { pid: "int", resource: rlimit, new_limit: "pointer", old_limit: "pointer" },
  setrlimit: { resource: rlimit, rlim: "pointer" },
  getrlimit: { resource: rlimit, rlim: "pointer" },
  getrusage: { who: "int", usage: "pointer" },
  setpriority: { which: oneOf({ PRIO_: PRIO }), who: "int", prio: "int" },
  getpriority: { which: oneOf({ PRIO_: PRIO }), who: "int" },
  sched_setscheduler: { pid: "int", policy: scheduler, param: "pointer" },
  sched_setattr: { pid: "int", attr: "pointer", flags: "hex" },
  sched_getattr: { pid: "int", attr: "pointer", size: "uint", flags: "hex" },
  sched_setaffinity: { pid: "int", cpusetsize: "uint", mask: "pointer" },
  sched_getaffinity: { pid: "int", cpusetsize: "uint", mask: "pointer" },
  sched_yield: {},
  ioprio_set: { which: oneOf({ IOPRIO_WHO_: IOPRIO_WHO }), who: "int", ioprio: "hex" },
  ioprio_get: { which: oneOf({ IOPRIO_WHO_: IOPRIO_WHO }), who: "int" },
  set_mempolicy: { mode: "hex", nodemask: "pointer", maxnode: "uint" },
});
