import { type Command, command } from "../../command/command.ts";
import type { VolumeRow } from "../../engine/columns/volume-columns.ts";
import { listInfos } from "../../engine/containers/container-info.ts";
import { containerRow } from "../../engine/containers/container-row.ts";
import { writtenSize } from "../../engine/containers/container-size.ts";
import { directorySize } from "../../engine/directory-size.ts";
import { imageUsage } from "../../engine/images/image-usage.ts";
import { detailedUsageText, diskUsageText } from "../../engine/usage/disk-usage-text.ts";
import { volumeRows } from "../../engine/volumes/volume-rows.ts";
import { writeAll } from "../../write-all.ts";
import { SYSTEM_DF } from "./df-flags.ts";

/** `wb system df`: docker-system-df(1). */
export const systemDfCommand: Command = command(SYSTEM_DF, ({ flags }) => {
  const containers = listInfos()
    .toSorted((one, other) => other.config.created - one.config.created)
    .map((info) => containerRow(info, { written: writtenSize(info), root: 0 }));
  // docker shows what was written alone.
  const rows = containers.map((row) => ({ ...row, sizeRootFs: 0 }));
  const facts = { containers: rows, volumes: usedVolumes(), images: imageUsage() };
  const context = { truncate: true, now: Date.now() };
  writeAll(
    flags.verbose === true ? detailedUsageText(facts, context, flags.format) : diskUsageText(facts, flags.format),
  );
  return 0;
});

function usedVolumes(): VolumeRow[] {
  return volumeRows()
    .map((volume) => ({
      ...volume,
      usage: { containers: volume.containers, bytes: directorySize(volume.mountpoint) },
    }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}
