import { posix } from "node:path";
import type { ImageConfig } from "../layout/image-config.ts";
import { DockerfileError } from "./dockerfile-error.ts";
import { expandWord, expandWords } from "./expand.ts";
import { exposedPorts } from "./exposed-ports.ts";
import { healthcheck } from "./healthcheck.ts";
import type { Instruction, InstructionName } from "./instruction.ts";

export interface ConfigureOptions {
  /** `ARG`s of the stage, as far as it has come to them; ENV goes before them. */
  readonly args?: ReadonlyMap<string, string>;
  readonly escape?: string;
  /** Whether CMD was in this stage: ENTRYPOINT removes the base's. */
  readonly hasCmd?: boolean;
}

/**
 * An image's config after an instruction; the same config after those that change none (ADD, ARG, COPY, FROM, MAINTAINER, RUN).
 *
 * @example
 * configure({ WorkingDir: "/a" }, parseDockerfile("WORKDIR b").instructions[0]); // { WorkingDir: "/a/b" }
 */
export function configure(config: ImageConfig, instruction: Instruction, options: ConfigureOptions = {}): ImageConfig {
  const environment = new Map((config.Env ?? []).map((entry) => splitAt(entry, entry.indexOf("="))));
  const { args, escape = "\\", hasCmd = false } = options;
  const lexer = { escape, variables: (name: string) => environment.get(name) ?? args?.get(name) };
  const effect = EFFECTS[instruction.name];
  if (!effect) return config;
  try {
    const expand = (word: string): string => expandWord(word, lexer);
    const split = (word: string): string[] => expandWords(word, lexer);
    return { ...config, ...effect({ config, instruction, expand, split, hasCmd }) };
  } catch (error) {
    // The line is what an error of a word alone does not know.
    if (!(error instanceof DockerfileError) || error.line !== undefined) throw error;
    throw new DockerfileError(error.message, instruction.line);
  }
}

interface Context {
  readonly config: ImageConfig;
  readonly instruction: Instruction;
  readonly expand: (word: string) => string;
  readonly split: (word: string) => string[];
  readonly hasCmd: boolean;
}

const EFFECTS: Readonly<Partial<Record<InstructionName, (context: Context) => ImageConfig>>> = {
  CMD: (context) => ({ Cmd: commandLine(context) }),
  ENTRYPOINT: (context) => ({ Entrypoint: commandLine(context), ...(context.hasCmd ? {} : { Cmd: null }) }),
  ENV: ({ config, instruction, expand }) => {
    const env = new Map((config.Env ?? []).map((entry) => splitAt(entry, entry.indexOf("="))));
    for (const [name, value = ""] of instruction.pairs) env.set(expand(name), expand(value));
    return { Env: Array.from(env, ([name, value]) => `${name}=${value}`) };
  },
  EXPOSE: ({ config, instruction, split }) => {
    const ports = instruction.words.flatMap(split).flatMap(exposedPorts);
    return { ExposedPorts: { ...config.ExposedPorts, ...asSet(ports) } };
  },
  HEALTHCHECK: ({ instruction }) => ({ Healthcheck: healthcheck(instruction) }),
  LABEL: ({ config, instruction, expand }) => ({
    Labels: {
      ...config.Labels,
      ...Object.fromEntries(instruction.pairs.map(([name, value = ""]) => [expand(name), expand(value)])),
    },
  }),
  ONBUILD: ({ config, instruction }) => ({ OnBuild: [...(config.OnBuild ?? []), ...instruction.words] }),
  SHELL: ({ instruction }) => ({ Shell: instruction.words }),
  STOPSIGNAL: ({ instruction, expand }) => ({ StopSignal: expand(instruction.words[0] ?? "") }),
  USER: ({ instruction, expand }) => ({ User: expand(instruction.words[0] ?? "") }),
  VOLUME: ({ config, instruction, expand }) => ({
    Volumes: { ...config.Volumes, ...asSet(instruction.words.map(expand)) },
  }),
  WORKDIR: ({ config, instruction, expand }) => {
    const directory = posix.resolve("/", config.WorkingDir ?? "/", expand(instruction.words[0] ?? ""));
    return { WorkingDir: directory };
  },
};

function commandLine({ config, instruction: { exec, words } }: Context): readonly string[] {
  return exec || words.length === 0 ? words : [...shellOf(config), ...words];
}

/** What runs the shell form. */
export function shellOf({ Shell }: ImageConfig): readonly string[] {
  return Shell === undefined || Shell === null || Shell.length === 0 ? ["/bin/sh", "-c"] : Shell;
}

function asSet(names: readonly string[]): Record<string, object> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}

function splitAt(entry: string, at: number): [string, string] {
  return at === -1 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
}
