import { closeSync, openSync } from "node:fs";
import { enter, type NsProcess, type SpawnOptions } from "@wb/ns";
import { call, isErrno, O, step, value } from "@wb/syscall";
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
 * still in sight: its paths are the host's, and it begins in the container's root, as with runc.
 *
 * @throws HookError for the first that fails
 */
export async function runEarlyHooks({ hooks = {}, root }: CompleteSpec, record: ContainerRecord): Promise<void> {
  // runtime.md "Lifecycle" has them after the step that "creating" is: so has crun; runc says "creating".
  const state = hookState(record, "created");
  await runHooks("prestart", hooks.prestart, state);
  await runHooks("createRuntime", hooks.createRuntime, state);
  await runHooks("createContainer", hooks.createContainer, state, (argv, options) =>
    enterAtRoot(record.init_process_pid, root.path, argv, options),
  );
}

/** By a file descriptor: root of a user namespace may not come there by the path. */
async function enterAtRoot(
  pid: number,
  path: string,
  argv: readonly [string, ...string[]],
  options: SpawnOptions,
): Promise<NsProcess> {
  const fd = openRootOf(pid, path);
  if (fd === undefined) return enter(pid, undefined, argv, { ...options, cwd: path });
  try {
    return await enter(pid, undefined, argv, {
      ...options,
      setup: [step("start in the container's root", [call("fchdir", value(ROOTFS))], `cd ${path}`)],
      inputs: { ...options.inputs, [ROOTFS]: fd },
      inherit: [...(options.inherit ?? []), fd],
    });
  } finally {
    closeSync(fd);
  }
}

/** As it is mounted in the container's namespace. An ordinary user may not look there, and can go by the path. */
function openRootOf(pid: number, path: string): number | undefined {
  try {
    return openSync(`/proc/${pid}/root${path}`, O.PATH | O.DIRECTORY | O.CLOEXEC);
  } catch (error) {
    if (isErrno(error, "EACCES", "EPERM")) return undefined;
    throw error;
  }
}

/** The cell with the container's root. */
const ROOTFS = "container's root";
