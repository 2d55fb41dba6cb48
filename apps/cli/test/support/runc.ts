import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";
import { RUN_FLAGS } from "../../src/commands/run-flags.ts";
import { designContainer } from "../../src/engine/container.ts";
import { directoryRootfs } from "../../src/engine/rootfs-source.ts";
import { type RootfsOption, runOptions } from "../../src/engine/run-options.ts";
import { parseFlags } from "../../src/flags.ts";

/** What runc, the runtime of docker, prints when it runs the OCI configuration that `wb run` makes of the same arguments. */
export function outputOfRunc(args: readonly string[]): string {
  const { flags, words } = parseFlags("run", RUN_FLAGS, args);
  const options = runOptions(flags, words);
  const rootfs = options.rootfs as RootfsOption;
  const { id, spec } = designContainer(options, directoryRootfs(rootfs.directory, rootfs));
  using bundle = temporaryDirectory();
  writeFileSync(join(bundle.path, "config.json"), JSON.stringify(spec));
  const argv = ["--root", join(bundle.path, "state"), "run", id];
  const { stdout, stderr, status } = spawnSync("runc", argv, {
    cwd: bundle.path,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (status !== 0) throw new Error(`runc: exit status ${status}: ${stderr}`);
  return stdout;
}
