export { type AsNobodyOptions, asNobody } from "./as-nobody.ts";
export { busyboxRoot } from "./busybox-root.ts";
export { debianRoot } from "./debian-root.ts";
export { type HostState, hostState } from "./host-state.ts";
export { type Requirement, unmet } from "./requirement.ts";
export { requires } from "./requires.ts";
export { type Example, examplesOf, type RunExample, runExamples } from "./run-examples.ts";
export { type TemporaryDirectory, temporaryDirectory } from "./temporary-directory.ts";
export { hostBecomes, leavesHostUnchanged } from "./unchanged-host.ts";
