import { RUN_FLAGS } from "../../../apps/cli/src/commands/run-flags.ts";
import { type Container, designContainer } from "../../../apps/cli/src/engine/container.ts";
import { directoryRootfs } from "../../../apps/cli/src/engine/rootfs-source.ts";
import { runOptions } from "../../../apps/cli/src/engine/run-options.ts";
import { parseFlags } from "../../../apps/cli/src/flags.ts";

/** The container of all comparisons with runc, as the words of `wb run`: docker's defaults, no network, 64 MB. */
export function runWords(root: string): readonly string[] {
  return ["--rm", "--net", "none", "--rootfs", root, "--hostname", "bench", "-m", "64m"];
}

/** What `wb run` makes of those words: an OCI configuration. */
export function dockerLike(root: string, argv: readonly string[]): Container {
  const { flags, words } = parseFlags("run", RUN_FLAGS, [...runWords(root), ...argv]);
  const options = runOptions(flags, words);
  return designContainer(options, directoryRootfs(root, { overlay: false }));
}
