import { Attachment } from "../../engine/attach/attachment.ts";
import { parseDetachKeys } from "../../engine/attach/detach-keys.ts";
import { infoOf } from "../../engine/containers/container-info.ts";
import type { StoredConfig } from "../../engine/containers/stored-config.ts";
import { containerEvent } from "../../engine/events/container-event.ts";
import type { AttachedStreams } from "../../engine/options/attach-streams.ts";
import { dataDirectory } from "../../engine/store/directories.ts";
import { nameOfId } from "../../engine/store/names.ts";
import { warn } from "../../warn.ts";
import type { RunFlags } from "../run-flags.ts";
import { attachedEnd } from "./attached-end.ts";
import { runDetached } from "./run-detached.ts";

/**
 * `wb run` in the foreground, of a container that stays or has a terminal: as with docker, it is made, attached to and started, and goes
 * on when its caller detaches from it, or is killed.
 *
 * @returns the exit status of its command
 */
export async function runAttached(
  config: Omit<StoredConfig, "version" | "created">,
  flags: Pick<RunFlags, "detach-keys" | "sig-proxy">,
  streams: AttachedStreams,
): Promise<number> {
  const { tty, interactive } = config.options;
  const detachKeys = parseDetachKeys(flags["detach-keys"]);
  using stack = new DisposableStack();
  let attachment: Attachment | undefined;
  const id = await runDetached({ ...config, stdinOnce: interactive && streams.stdin }, warn, (made) => {
    const attached = new Attachment({
      id: made,
      tty,
      streams,
      from: "beginning",
      endsInput: true,
      sigProxy: flags["sig-proxy"] ?? true,
      detachKeys,
      warn,
    });
    attachment = stack.use(attached);
    const created = (): void => {
      attached.begin();
      const info = infoOf(made, nameOfId(dataDirectory(), made) ?? "");
      if (info !== undefined) containerEvent("attach", info);
    };
    return { size: attached.size, created };
  });
  if (attachment === undefined) throw new Error("nobody is attached to the container");
  const attached = await attachment.follow();
  // The terminal is as it was before anything is said.
  stack.dispose();
  return attachedEnd(id, attached);
}
