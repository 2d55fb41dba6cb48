import { Attachment } from "../../engine/attach/attachment.ts";
import { parseDetachKeys } from "../../engine/attach/detach-keys.ts";
import { cleanUp } from "../../engine/containers/clean-up.ts";
import type { ContainerInfo } from "../../engine/containers/container-info.ts";
import { startStored } from "../../engine/containers/start-stored.ts";
import { withEntry } from "../../engine/containers/with-entry.ts";
import { containerEvent } from "../../engine/events/container-event.ts";
import { noSuchContainer } from "../../engine/names/no-such-container.ts";
import type { ContainerEntry } from "../../engine/store/container-entry.ts";
import { isTerminal } from "../../runtime/caller-terminal.ts";
import { UserError } from "../../user-error.ts";
import { warn } from "../../warn.ts";
import { attachedEnd } from "./attached-end.ts";

export interface StartAttachedOptions {
  /** What is typed here is for the container. */
  readonly interactive: boolean;
  readonly detachKeys: string | undefined;
  readonly sigProxy: boolean;
}

/** `wb start -a`: what it writes from this start on, and with `-i` its stdin. @returns the exit status of its command */
export async function startAttached(word: string, options: StartAttachedOptions): Promise<number> {
  using stack = new DisposableStack();
  const begin = async (entry: ContainerEntry, info: ContainerInfo): Promise<Attachment> => {
    const { state, config } = info;
    if (state === "paused")
      throw new UserError("cannot start a paused container, try unpause instead", { hint: `wb unpause ${word}` });
    const attachment = stack.use(new Attachment(attachOptions(info, options)));
    if (state === "running") {
      attachment.begin();
      return attachment;
    }
    const ended = await cleanUp(entry, info, warn);
    if (ended === undefined) throw noSuchContainer(word, "it ended, and was started with --rm");
    const created = (): void => {
      attachment.begin();
      containerEvent("attach", info);
    };
    const before = { ...ended, restarts: 0, lastDelay: 0 };
    await startStored(entry, config, { state: before, warn, size: attachment.size, created });
    return attachment;
  };
  const attachment = await withEntry(word, async (entry, info) => ({ id: info.id, made: await begin(entry, info) }));
  const attached = await attachment.made.follow();
  // The terminal is as it was before anything is said.
  stack.dispose();
  return attachedEnd(attachment.id, attached);
}

function attachOptions(
  { id, config }: ContainerInfo,
  { interactive, detachKeys, sigProxy }: StartAttachedOptions,
): ConstructorParameters<typeof Attachment>[0] {
  const { tty } = config.options;
  const stdin = interactive && config.options.interactive;
  if (tty && stdin && !isTerminal(0))
    throw new UserError("the input device is not a TTY", { hint: "wb start -a, without -i", exitStatus: 1 });
  return {
    id,
    tty,
    streams: { stdin, stdout: true, stderr: true },
    from: "end",
    endsInput: config.stdinOnce ?? false,
    sigProxy,
    detachKeys: parseDetachKeys(detachKeys),
    warn,
  };
}
