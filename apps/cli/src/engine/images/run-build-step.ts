import type { RunMount, RunRequest, RunResult } from "@wb/image";
import { attachedEnd } from "../../commands/containers/attached-end.ts";
import { detachedConfig } from "../../commands/containers/detached-config.ts";
import type { RunFlags } from "../../commands/run-flags.ts";
import { warn } from "../../warn.ts";
import { Attachment } from "../attach/attachment.ts";
import { infoOf } from "../containers/container-info.ts";
import { createStored } from "../containers/create-stored.ts";
import { removeStored } from "../containers/remove-stored.ts";
import { startStored } from "../containers/start-stored.ts";
import { NEVER_STARTED } from "../containers/stored-state.ts";
import { withEntry } from "../containers/with-entry.ts";
import { runOptions } from "../run-options.ts";
import { removeAnonymousVolumes } from "../volumes/anonymous-volumes.ts";
import { writableLayer } from "./writable-layer.ts";

/** Runs a command of a Dockerfile in a container of its own, whose output is wb's. */
export async function runBuildStep(request: RunRequest, print: (line: string) => void): Promise<RunResult> {
  const flags: RunFlags = {
    env: [...request.env],
    mount: request.mounts.map(mountFlag),
    ...(request.workdir === "" ? {} : { workdir: request.workdir }),
    ...(request.user === "" ? {} : { user: request.user }),
    ...(request.network === "default" ? {} : { net: [request.network] }),
  };
  const image = { id: "", name: "", config: {} };
  const options = { ...runOptions(flags, request.command, { image }), rootfs: { image: "", diffIds: request.diffIds } };
  const created = createStored(detachedConfig(flags, { options, image }));
  const { entry, config } = created;
  const { id } = entry;
  print(` ---> Running in ${id.slice(0, 12)}`);
  const { upper } = writableLayer(entry.path);
  let code: number;
  try {
    code = await followed(id, async (hooks) => {
      await startStored(entry, config, { state: NEVER_STARTED, warn, ...hooks });
      // Who cleans up after it waits for the lock.
      created[Symbol.dispose]();
    });
  } catch (error) {
    created.remove();
    created[Symbol.dispose]();
    await removeAnonymousVolumes(config.options);
    throw error;
  }
  return {
    code,
    upper,
    [Symbol.asyncDispose]: async () => {
      if (infoOf(id, "") === undefined) return;
      await withEntry(id, (locked, info) => removeStored(locked, info, warn));
      await removeAnonymousVolumes(config.options);
      print(`Removing intermediate container ${id.slice(0, 12)}`);
    },
  };
}

/** Its output goes to ours until it ends. */
async function followed(
  id: string,
  start: (hooks: { readonly size: Attachment["size"]; readonly created: () => void }) => Promise<void>,
): Promise<number> {
  using attached = new Attachment({
    id,
    tty: false,
    streams: { stdin: false, stdout: true, stderr: true },
    from: "beginning",
    endsInput: true,
    sigProxy: true,
    detachKeys: Buffer.alloc(0),
    warn,
  });
  await start({ size: attached.size, created: () => attached.begin() });
  return attachedEnd(id, await attached.follow());
}

function mountFlag({ type, source, target, readonly, size }: RunMount): string {
  if (type === "tmpfs") return `type=tmpfs,target=${target}${size === undefined ? "" : `,tmpfs-size=${size}`}`;
  return `type=bind,source=${source},target=${target}${readonly ? ",readonly" : ""}`;
}
