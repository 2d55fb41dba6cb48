import { configure, shellOf } from "../dockerfile/configure.ts";
import type { Applied } from "./applied.ts";
import { cacheKey } from "./build-cache.ts";
import type { Build } from "./build-image.ts";
import type { BuildState } from "./build-state.ts";
import { makeDirectories } from "./make-directories.ts";
import { onLayers } from "./on-layers.ts";
import { nop, packUpper, withStep } from "./with-step.ts";

/** `WORKDIR`: where commands run from now on, which is made if it is missing. */
export function workdirInstruction(build: Build, { state, instruction }: Applied): Promise<BuildState> {
  const config = configure(state.config, instruction, { args: state.args, escape: build.escape });
  const { WorkingDir = "/" } = config;
  const comment = `WORKDIR ${WorkingDir}`;
  return withStep(
    build,
    { ...state, config },
    {
      key: cacheKey(state.key, comment),
      createdBy: nop(shellOf(config), comment, { files: true }),
      make: () =>
        onLayers(build.store, state, async ({ root, upper }) => {
          makeDirectories(root, WorkingDir);
          return packUpper(build, upper);
        }),
    },
  );
}
