import { groupNameOf } from "./container-group.ts";
import type { ContainerRecord } from "./container-record.ts";
import { configOf } from "./find-container.ts";
import { groupLayout } from "./rootless.ts";

/**
 * What is known of a container whose state.json is gone or damaged, for it to be deleted: its configuration, which was written
 * after the state, says which control group its processes are in.
 *
 * @returns undefined where there is no configuration either: nothing of the container was made then
 */
export async function lostRecord(root: string, id: string): Promise<ContainerRecord | undefined> {
  try {
    const { ociVersion, annotations, root: rootfs, linux } = configOf(root, id);
    const { path, scope } = await groupNameOf({
      id,
      cgroupsPath: linux.cgroupsPath,
      limits: {},
      layout: groupLayout(),
    });
    return {
      ociVersion,
      id,
      init_process_pid: 0,
      init_process_start: 0,
      bundle: "",
      rootfs: rootfs.path,
      created: "",
      owner: "",
      cgroup: path,
      ...(scope === undefined ? {} : { scope }),
      ...(annotations === undefined ? {} : { annotations }),
    };
  } catch {
    // Damaged, too: the caller removes the directory, and can do no more.
    return undefined;
  }
}
