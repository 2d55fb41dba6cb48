export { addAndDrop, DOCKER_CAPABILITIES } from "./add-and-drop.ts";
export {
  ALL_CAPABILITIES,
  capabilityMask,
  type CapabilityMask,
  capabilityName,
  capabilityNames,
  capabilityNumbers,
  UnknownCapabilityError,
} from "./capability-name.ts";
export {
  type CapabilitySets,
  limitTo,
  ociCapabilities,
  type OciCapabilities,
  parseCapabilities,
} from "./capability-sets.ts";
export { capabilitySteps, type CapabilityOptions } from "./capability-steps.ts";
export {
  DEFAULT_DEVICES,
  type DeviceNode,
  type DeviceRule,
  DOCKER_DEVICE_RULES,
  PRIVILEGED_DEVICE_RULES,
  RUNTIME_DEVICE_RULES,
} from "./devices.ts";
export { cpuAffinityStep } from "./cpu-affinity.ts";
export { heldCapabilities } from "./held-capabilities.ts";
export { type IoPriority, ioPriorityStep } from "./io-priority.ts";
export { type KeyringOptions, keyringStep } from "./keyring.ts";
export { apparmorStep, labelledKeyring, mountLabelOptions, selinuxStep } from "./labels.ts";
export { landlockAbi } from "./landlock/abi.ts";
export { LANDLOCK_ANNOTATION, type LandlockConfig, parseLandlock } from "./landlock/config.ts";
export { LandlockError } from "./landlock/error.ts";
export { landlockSteps, type LandlockSteps } from "./landlock/steps.ts";
export { MASKED_PATHS, maskedPaths, READONLY_PATHS } from "./masked.ts";
export { type MemoryPolicy, memoryPolicyStep } from "./memory-policy.ts";
export { noNewPrivs } from "./no-new-privs.ts";
export { oomScoreAdjStep } from "./oom-score-adj.ts";
export { type ProcfsUse } from "./proc-step.ts";
export { personalityStep } from "./personality.ts";
export { type Rlimit, rlimitSteps } from "./rlimits.ts";
export { type Scheduler, schedulerStep } from "./scheduler.ts";
export { checkLabels, LabelError, type Labels, type SecurityModules, securityModules } from "./security-modules.ts";
export { securebitsStep } from "./securebits.ts";
export { sessionStep } from "./session.ts";
export { umaskStep } from "./umask.ts";
export { type User, userSteps } from "@wb/syscall";
export { type Machine } from "./seccomp/architectures.ts";
export { compileSeccomp, type CompileOptions, type SeccompFilter } from "./seccomp/compile.ts";
export { seccompNames } from "./seccomp/known-names.ts";
export { containerProcessState, type OciState } from "./seccomp/container-process-state.ts";
export { dockerFilter, type DockerFilterOptions } from "./seccomp/docker-filter.ts";
export { dockerSeccompProfile } from "./seccomp/docker-profile.ts";
export {
  type DockerArchitecture,
  type DockerCondition,
  dockerSeccomp,
  type DockerSeccomp,
  type DockerSeccompOptions,
  type DockerSyscall,
} from "./seccomp/docker-seccomp.ts";
export {
  type OciSeccomp,
  type OciSeccompArg,
  type OciSyscall,
  type SeccompAction,
  type SeccompArchitecture,
  type SeccompFlag,
  type SeccompOperator,
} from "./seccomp/oci-seccomp.ts";
export { parseSeccomp } from "./seccomp/parse-seccomp.ts";
export { SeccompProfileError } from "./seccomp/profile-error.ts";
export { seccompStep, type SeccompStepOptions } from "./seccomp/seccomp-step.ts";
export { takeListener } from "./seccomp/take-listener.ts";
export { unknownSyscalls } from "./seccomp/unknown-syscalls.ts";
