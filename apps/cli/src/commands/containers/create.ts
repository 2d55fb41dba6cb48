import { type Command, command } from "../../command/command.ts";
import { createStored } from "../../engine/containers/create-stored.ts";
import { containerOptions } from "../../engine/images/container-options.ts";
import { makeMountSources } from "../../engine/mount-sources.ts";
import { openRootfs } from "../../engine/rootfs-source.ts";
import { prepareRootless } from "../../engine/rootless/prepare.ts";
import { removeAnonymousVolumes } from "../../engine/volumes/anonymous-volumes.ts";
import { openVolumes } from "../../engine/volumes/open-volumes.ts";
import { warn } from "../../warn.ts";
import { writeAll } from "../../write-all.ts";
import { CREATE } from "../run-flags.ts";
import { detachedConfig } from "./detached-config.ts";

/** `wb create`: docker-create(1). Its root is looked for, or unpacked, but nothing of it runs. */
export const createCommand: Command = command(CREATE, async ({ flags, words }) => {
  const wanted = await containerOptions(flags, words);
  const { options } = wanted;
  const config = detachedConfig(flags, wanted);
  const rootless = prepareRootless(options, warn);
  makeMountSources(options.volumes);
  using created = createStored(config);
  try {
    using root = await openRootfs(options.rootfs, { directory: created.entry.path, rootless });
    using _filled = await openVolumes(created.config.options, { root, first: true, rootless });
  } catch (error) {
    created.remove();
    await removeAnonymousVolumes(created.config.options);
    throw error;
  }
  writeAll(`${created.entry.id}\n`);
  return 0;
});
