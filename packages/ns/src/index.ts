export {
  blockingStdio,
  closeOnExec,
  commandSteps,
  defaultSignals,
  findCommand,
  workingDirectory,
  type Command,
} from "./command.ts";
export { CommandError } from "./command-error.ts";
export { create, type CreateOptions } from "./create.ts";
export { createUserNamespace, userNamespaceHolder } from "./create-user-namespace.ts";
export { enter, type EnterOptions, type Target } from "./enter.ts";
export { exec, type ExecOptions } from "./exec.ts";
export { type EnterableNamespace, inNamespace } from "./in-namespace.ts";
export { type Join, joinSteps, untraced } from "./join.ts";
export { list, type NamespaceInfo } from "./list.ts";
export { pin } from "./pin.ts";
export { PinError } from "./pin-error.ts";
export { unpin } from "./unpin.ts";
export { type ThreadNamespace, unshare } from "./unshare.ts";
export { type IdMap, idMapText, idOutside, parseIdMap } from "./id-map.ts";
export { type Namespace, NAMESPACES, namespaceFlags } from "./namespace.ts";
export { type CgroupEntrance, planSpawn, type PlanOptions, type SpawnPlan, STDIO } from "./plan.ts";
export { type ExitStatus, NsProcess, type SignalName } from "./process.ts";
export { spawn, type SpawnOptions } from "./spawn.ts";
export { type IdMaps } from "./write-id-maps.ts";
export { type ClockOffset, type TimeOffsets } from "./stages.ts";
export { type Stdio } from "./stdio.ts";
export { closeOthers } from "./close-others.ts";
export { type Supervised } from "./start.ts";
export { type Supervisor, SUPERVISED_PIDFD } from "./supervisor.ts";
export { awaitParent, sync, type SyncOptions } from "./sync.ts";
export { type Followed, type Handlers } from "./following.ts";
