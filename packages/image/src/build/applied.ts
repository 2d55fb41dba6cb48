import { posix } from "node:path";
import type { BuildStage } from "../dockerfile/build-stages.ts";
import { DockerfileError } from "../dockerfile/dockerfile-error.ts";
import { expandWord } from "../dockerfile/expand.ts";
import type { Instruction } from "../dockerfile/instruction.ts";
import type { Build } from "./build-image.ts";
import type { BuildState } from "./build-state.ts";

/** An instruction, and the image that it changes. */
export interface Applied {
  readonly state: BuildState;
  readonly instruction: Instruction;
  readonly stage: BuildStage;
}

/** A word with its variables: those of the environment, or else arguments. @throws DockerfileError with the line */
export function expandIn({ escape }: Pick<Build, "escape">, { state, instruction }: Applied, word: string): string {
  return atLine(instruction, () => expandWord(word, { variables: variablesOf(state), escape }));
}

/** A heredoc's text, with variables where its word was not quoted. */
export function heredocText(build: Pick<Build, "escape">, applied: Applied, index: number): string {
  const heredoc = applied.instruction.heredocs[index];
  if (heredoc === undefined) return "";
  const { content, expand, chomp } = heredoc;
  const text = chomp ? content.replaceAll(/^\t+/gm, "") : content;
  if (!expand) return text;
  const options = { variables: variablesOf(applied.state), escape: build.escape, keepQuotes: true };
  return atLine(applied.instruction, () => expandWord(text, options));
}

/** The value of a flag, expanded; the last one where there are several. */
export function flagIn(build: Pick<Build, "escape">, applied: Applied, name: string): string | undefined {
  const found = applied.instruction.flags.findLast((flag) => flag.name === name);
  return found === undefined ? undefined : expandIn(build, applied, found.value ?? "true");
}

/** A path as the stage's working directory has it; a slash at its end stays. */
export function absoluteIn({ config }: BuildState, path: string): string {
  const whole = posix.resolve("/", config.WorkingDir ?? "/", path);
  return path.endsWith("/") || path === "." || path.endsWith("/.") ? `${whole === "/" ? "" : whole}/` : whole;
}

function variablesOf({ config, args }: BuildState): (name: string) => string | undefined {
  const env = environmentOf(config.Env ?? []);
  return (name) => env.get(name) ?? args.get(name);
}

export function environmentOf(env: readonly string[]): ReadonlyMap<string, string> {
  return new Map(env.map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]));
}

/** The line is what an error of a word alone does not know. */
function atLine<T>({ line }: Instruction, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof DockerfileError) || error.line !== undefined) throw error;
    throw new DockerfileError(error.message, line);
  }
}
