import { type Command, command } from "../../command/command.ts";
import { usage } from "../../flags.ts";
import { writeAll } from "../../write-all.ts";
import { BASH } from "./bash.ts";
import { COMPLETION } from "./completion-flags.ts";
import { FISH } from "./fish.ts";
import { ZSH } from "./zsh.ts";

/** `wb completion`: docker-completion(1). */
export const completionCommand: Command = command(COMPLETION, ({ words: [shell = ""] }) => {
  const script = SCRIPTS.get(shell);
  if (script === undefined)
    throw usage("completion", `unknown shell: ${JSON.stringify(shell)}`, "there are scripts for bash, zsh and fish");
  writeAll(script);
  return 0;
});

const SCRIPTS: ReadonlyMap<string, string> = new Map([
  ["bash", BASH],
  ["zsh", ZSH],
  ["fish", FISH],
]);
