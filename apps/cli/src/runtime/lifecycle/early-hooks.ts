import { enter } from "@wb/ns";
import type { CompleteSpec } from "../../oci/complete-spec.ts";
import type { SpecHooks } from "../../oci/spec-hooks.ts";
import type { ContainerRecord } from "./container-record.ts";
import { hookState } from "./hook-state.ts";
import { runHooks } from "./hooks.ts";

/** Whether there are hooks that run while a container's namespaces are there and its root is still the host's. */
export function hasEarlyHooks({ prestart = [], createRuntime = [], createContainer = [] }: SpecHooks = {}): boolean {
  return prestart.length + createRuntime.length + createContainer.length > 0;
}

/**
 * Runs those hooks in the order of the specification. The last kind runs in the container's namespaces, with the host's files
 * still in sight: its paths are the host's.
 *
 * @throws HookError for the first that fails
 */
export async function runEarlyHooks({ hooks = {} }: CompleteSpec, record: ContainerRecord): Promise<void> {
  // runtime.md "Lifecycle" has them after the step that "creating" is: so has crun; runc says "creating".
  const state = hookState(record, "created");
  await runHooks("prestart", hooks.prestart, state);
  await runHooks("createRuntime", hooks.createRuntime, state);
  await runHooks("createContainer", hooks.createContainer, state, (argv, options) =>
    enter(record.init_process_pid, undefined, argv, options),
  );
}
