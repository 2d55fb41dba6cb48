export { commandSteps, type Command } from "./command.ts";
export { CommandError } from "./command-error.ts";
export { type IdMap, idMapText } from "./id-map.ts";
export { type Namespace, NAMESPACES, namespaceFlags } from "./namespace.ts";
export { type CgroupEntrance, planSpawn, type PlanOptions, type SpawnPlan } from "./plan.ts";
export { type ExitStatus, NsProcess, type SignalName } from "./process.ts";
export { spawn, type SpawnOptions } from "./spawn.ts";
export { type TimeOffsets } from "./stages.ts";
export { type Stdio } from "./stdio.ts";
