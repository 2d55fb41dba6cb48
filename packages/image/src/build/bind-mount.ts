import { mkdirSync, mkdtempSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { copyTree, removeTree, withDirectory } from "@wb/overlay";
import { BUILDING } from "../layout/collect-garbage.ts";
import type { Applied } from "./applied.ts";
import type { RunMount } from "./build-host.ts";
import type { Build } from "./build-image.ts";
import { copyDigest } from "./copy-files.ts";
import { onLayers } from "./on-layers.ts";
import type { WantedMount } from "./parse-mount.ts";
import { openSource, type Source, sourcesOf, type SourceTree } from "./sources.ts";

/**
 * `RUN --mount=type=bind`: the context, another stage or an image is there while the command runs. What it writes there (with `rw`) is nowhere
 * afterwards, so that it gets a copy; and one of what is not in a directory of this machine as it is to be seen.
 */
export async function bindMount(
  build: Build,
  applied: Applied,
  wanted: WantedMount,
  stack: AsyncDisposableStack,
): Promise<{ readonly mount: RunMount; readonly key: string }> {
  const target = wanted.target(applied);
  const { from, source: word = "." } = wanted.fields;
  const readonly = wanted.isReadonly(true);
  const use = async (tree: SourceTree, isPlain: boolean): Promise<{ mount: RunMount; key: string }> => {
    const [source] = sourcesOf(tree, word);
    if (source === undefined) throw new TypeError("sourcesOf() found nothing, and did not say so");
    const digest = await copyDigest({ sources: [source], isExcluded: () => false });
    const path = isPlain && readonly ? pathOf(source) : await copyOf(build, source, stack);
    return { mount: { type: "bind", source: path, target, readonly }, key: `bind:${target}:${digest}` };
  };
  if (from === undefined) return use(build.context, !build.context.hasIgnored);
  const state = await build.stateOf(from, applied.stage);
  return onLayers(build.store, state, ({ root }) => use({ root, isIgnored: () => false }, false));
}

function pathOf(source: Source): string {
  using open = openSource(source);
  return join(readlinkSync(open.directory), open.name ?? "");
}

async function copyOf({ store }: Build, source: Source, stack: AsyncDisposableStack): Promise<string> {
  const place = mkdtempSync(join(store.layers, BUILDING));
  stack.defer(() => withDirectory(store.layers, (fd) => removeTree(fd, basename(place))));
  const copy = join(place, "copy");
  mkdirSync(copy, { mode: 0o755 });
  using open = openSource(source);
  const prefix = source.path === "" ? "" : `${source.path}/`;
  const options =
    open.name === undefined
      ? { exclude: (below: string) => source.tree.isIgnored(prefix + below) }
      : { names: [open.name] };
  await copyTree(open.directory, copy, { ...options, owners: true });
  return join(copy, open.name ?? "");
}
