import type { RootfsSource } from "../engine/rootfs-source.ts";
import type { RootlessIds } from "../engine/rootless/rootless-ids.ts";
import type { RunOptions } from "../engine/run-options.ts";
import type { OpenedVolumes } from "../engine/volumes/open-volumes.ts";

/**
 * The volumes of a container that ends with its `wb run`; disposing of it, when the container is gone, removes those that nobody named.
 * What has to do with volumes is loaded only for containers that have some.
 */
export class ForegroundVolumes implements AsyncDisposable {
  readonly #options: RunOptions;
  #opened: OpenedVolumes | undefined;

  constructor(options: RunOptions) {
    this.#options = options;
  }

  /** Makes, fills and mounts them, once the container is known to others. */
  async open(root: RootfsSource, rootless?: RootlessIds): Promise<Pick<OpenedVolumes, "steps" | "fds">> {
    if (this.#options.namedVolumes.length === 0) return { steps: [], fds: {} };
    const { openVolumes } = await import("../engine/volumes/open-volumes.ts");
    this.#opened = await openVolumes(this.#options, { root, first: true, rootless });
    return this.#opened;
  }

  /** Lets go of what the container has by now. */
  started(): void {
    this.#opened?.[Symbol.dispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.started();
    if (this.#options.namedVolumes.length === 0) return;
    const { removeAnonymousVolumes } = await import("../engine/volumes/anonymous-volumes.ts");
    await removeAnonymousVolumes(this.#options);
  }
}

/** The same with what `--volumes-from` gives. */
export async function withOthersVolumes(options: RunOptions): Promise<RunOptions> {
  if (options.volumesFrom.length === 0) return options;
  return (await import("../engine/volumes/volumes-from.ts")).withVolumesFrom(options);
}
