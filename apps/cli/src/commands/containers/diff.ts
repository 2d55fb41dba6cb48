import { diff } from "@wb/overlay";
import { type Command, command } from "../../command/command.ts";
import { findInfo } from "../../engine/containers/container-info.ts";
import { containerLayers } from "../../engine/images/container-layers.ts";
import { writeAll } from "../../write-all.ts";
import { DIFF } from "./diff-flags.ts";

/** `wb diff`: docker-diff(1). */
export const diffCommand: Command = command(DIFF, async ({ words: [word = ""] }) => {
  const { upper, lower } = await containerLayers(findInfo(word));
  const changes = diff(upper, lower).map(({ kind, path }) => `${kind} ${path}\n`);
  writeAll(changes.join(""));
  return 0;
});
