import { join } from "node:path";
import { closeFd } from "@wb/syscall";
import { readBundle } from "../../../../apps/cli/src/oci/bundle.ts";
import { createContainer } from "../../../../apps/cli/src/runtime/lifecycle/create-container.ts";
import { deleteContainer } from "../../../../apps/cli/src/runtime/lifecycle/delete-container.ts";
import { startContainer } from "../../../../apps/cli/src/runtime/lifecycle/start-container.ts";
import type { OciContender, OciPlaces } from "./contenders.ts";
import { reap } from "./subreaper.ts";

/** The same functions that `wb oci` calls, from a Node process that runs already; the bundle is read anew each time. */
export function inProcess({ bundle: path, scratch }: OciPlaces): OciContender {
  const root = join(scratch, "in-process-state");
  const warn = (message: string): void => console.error(`warning: ${message}`);
  let made = 0;
  const create = async (): Promise<{ id: string; pid: number }> => {
    const id = `wb-bench-${process.pid}-in-process-${made++}`;
    const { config, spec, path: bundle } = readBundle({ bundle: path, config: undefined, id, warn });
    const { pid, pidfd } = await createContainer({ root, id, bundle, config, spec, owner: "root", warn });
    closeFd(pidfd);
    return { id, pid };
  };
  const cycle = async (): Promise<void> => {
    const { id, pid } = await create();
    await startContainer(root, id);
    reap(pid);
    await deleteContainer(root, id, { warn });
  };
  return {
    name: "wb in one process",
    run: cycle,
    cycle,
    hold: async () => {
      const { id, pid } = await create();
      return {
        pid,
        [Symbol.asyncDispose]: async () => {
          await deleteContainer(root, id, { force: true, warn });
          reap(pid);
        },
      };
    },
  };
}
