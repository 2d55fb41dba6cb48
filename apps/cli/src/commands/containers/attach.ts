import { type Command, command } from "../../command/command.ts";
import { Attachment } from "../../engine/attach/attachment.ts";
import { parseDetachKeys } from "../../engine/attach/detach-keys.ts";
import { findInfo } from "../../engine/containers/container-info.ts";
import { containerEvent } from "../../engine/events/container-event.ts";
import { isTerminal } from "../../runtime/caller-terminal.ts";
import { UserError } from "../../user-error.ts";
import { warn } from "../../warn.ts";
import { ATTACH } from "./attach-flags.ts";
import { attachedEnd } from "./attached-end.ts";

const REFUSALS: Readonly<Record<string, { readonly message: string; readonly hint: string } | undefined>> = {
  created: { message: "You cannot attach to a stopped container, start it first", hint: "wb start -a" },
  exited: { message: "You cannot attach to a stopped container, start it first", hint: "wb start -a" },
  dead: { message: "You cannot attach to a stopped container, start it first", hint: "wb start -a" },
  paused: { message: "You cannot attach to a paused container, unpause it first", hint: "wb unpause" },
  restarting: {
    message: "You cannot attach to a restarting container, wait until it is running",
    hint: "wb ps shows its state",
  },
};

/** `wb attach`: docker-attach(1). The exit status is the container's. */
export const attachCommand: Command = command(ATTACH, async ({ flags, words }) => {
  const [word = ""] = words;
  const info = findInfo(word);
  const { id, state, config } = info;
  const refusal = REFUSALS[state];
  if (refusal !== undefined)
    throw new UserError(refusal.message, {
      hint: refusal.hint.endsWith("state") ? refusal.hint : `${refusal.hint} ${word}`,
      exitStatus: 1,
    });
  if (config.foreground === true)
    throw new UserError("You cannot attach to a container that was started by wb run --rm in the foreground", {
      hint: "its streams are that command's: with -t, or without --rm, wb attach can have them",
      exitStatus: 1,
    });
  const { tty, interactive } = config.options;
  const stdin = interactive && flags["no-stdin"] !== true;
  if (tty && stdin && !isTerminal(0))
    throw new UserError("the input device is not a TTY", { hint: "wb attach --no-stdin", exitStatus: 1 });
  using attachment = new Attachment({
    id,
    tty,
    streams: { stdin, stdout: true, stderr: true },
    from: "end",
    endsInput: config.stdinOnce ?? false,
    sigProxy: flags["sig-proxy"] ?? true,
    detachKeys: parseDetachKeys(flags["detach-keys"]),
    warn,
  });
  attachment.begin();
  containerEvent("attach", info);
  if (tty) attachment.redraw();
  const attached = await attachment.follow();
  // The terminal is as it was before anything is said.
  attachment[Symbol.dispose]();
  return attachedEnd(id, attached);
});
