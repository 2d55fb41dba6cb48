import { closeSync } from "node:fs";
import { detachedOverlay, packLayer } from "@wb/overlay";
import { run } from "@wb/syscall";
import { type Command, command } from "../../command/command.ts";
import { findInfo } from "../../engine/containers/container-info.ts";
import { withArchiveOutput } from "../../engine/images/archive-output.ts";
import { containerLayers } from "../../engine/images/container-layers.ts";
import { EXPORT } from "./export-flags.ts";

/** `wb export`: docker-export(1). */
export const exportCommand: Command = command(EXPORT, async ({ flags, words: [word = ""] }) => {
  const { upper, lower } = await containerLayers(findInfo(word));
  const root = run([detachedOverlay("root", { lower: [upper, ...lower] })]).number("root");
  try {
    await withArchiveOutput("export", flags.output, (fd) =>
      packLayer(`/proc/self/fd/${root}`, fd, { compression: "none" }),
    );
  } finally {
    closeSync(root);
  }
  return 0;
});
