import { shellOf } from "../dockerfile/configure.ts";
import { type Applied, expandIn } from "./applied.ts";
import { cacheKey } from "./build-cache.ts";
import type { Build } from "./build-image.ts";
import type { BuildState } from "./build-state.ts";
import { nop, withStep } from "./with-step.ts";

/** `ARG NAME[=DEFAULT]`: what `--build-arg` says comes first, then the default, then an ARG of the same name before the first FROM. */
export function argInstruction(build: Build, applied: Applied): Promise<BuildState> {
  const { state, instruction, stage } = applied;
  const { args: given = {} } = build;
  const args = new Map(state.args);
  const texts: string[] = [];
  for (const [name, value] of instruction.pairs) {
    const otherwise =
      value === undefined ? stage.globals.get(name) : expandIn(build, { ...applied, state: { ...state, args } }, value);
    const chosen = given[name] ?? otherwise;
    if (chosen === undefined) args.delete(name);
    else args.set(name, chosen);
    texts.push(value === undefined ? name : `${name}=${otherwise ?? ""}`);
  }
  const comment = `ARG ${texts.join(" ")}`;
  // Its value makes another image of what follows only where a command has it, or a word.
  const createdBy = nop(shellOf(state.config), comment);
  return withStep(build, { ...state, args }, { key: cacheKey(state.key, comment), createdBy });
}
