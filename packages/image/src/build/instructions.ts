import { configure, shellOf } from "../dockerfile/configure.ts";
import type { InstructionName } from "../dockerfile/instruction.ts";
import type { ImageConfig } from "../layout/image-config.ts";
import { type Applied, expandIn } from "./applied.ts";
import { argInstruction } from "./arg-instruction.ts";
import { cacheKey } from "./build-cache.ts";
import type { Build } from "./build-image.ts";
import type { BuildState } from "./build-state.ts";
import { copyInstruction } from "./copy-instruction.ts";
import { plainList, quotedList } from "./go-format.ts";
import { healthcheckText } from "./healthcheck-text.ts";
import { runInstruction } from "./run-instruction.ts";
import { nop, withStep } from "./with-step.ts";
import { workdirInstruction } from "./workdir-instruction.ts";

/** The image after an instruction. @throws DockerfileError, ImageError */
export async function applyInstruction(build: Build, applied: Applied): Promise<BuildState> {
  const { state, instruction } = applied;
  const handler = HANDLERS[instruction.name];
  if (handler !== undefined) return handler(build, applied);
  const { args, hasCmd } = state;
  const config = configure(state.config, instruction, { args, hasCmd, escape: build.escape });
  const expand = (word: string): string => expandIn(build, applied, word);
  const text = TEXTS[instruction.name]?.({ ...applied, config, expand }) ?? "";
  const comment = `${instruction.name} ${text}`;
  const next = { ...state, config, hasCmd: hasCmd || instruction.name === "CMD" };
  return withStep(build, next, { key: cacheKey(state.key, comment), createdBy: nop(shellOf(config), comment) });
}

type Handler = (build: Build, applied: Applied) => Promise<BuildState>;

/** Those that change more than the config. */
const HANDLERS: Readonly<Partial<Record<InstructionName, Handler>>> = {
  ADD: copyInstruction,
  ARG: argInstruction,
  COPY: copyInstruction,
  RUN: runInstruction,
  WORKDIR: workdirInstruction,
};

interface Done extends Applied {
  /** With what the instruction says. */
  readonly config: ImageConfig;
  readonly expand: (word: string) => string;
}

/** What docker's history says of the others. */
const TEXTS: Readonly<Partial<Record<InstructionName, (done: Done) => string>>> = {
  CMD: ({ config }) => quotedList(config.Cmd ?? []),
  ENTRYPOINT: ({ config }) => quotedList(config.Entrypoint ?? []),
  ENV: pairs,
  EXPOSE: ({ instruction, expand }) => instruction.words.map(expand).toSorted().join(" "),
  HEALTHCHECK: ({ config }) => healthcheckText(config.Healthcheck ?? {}),
  LABEL: pairs,
  MAINTAINER: ({ instruction }) => instruction.words.join(" "),
  ONBUILD: ({ instruction }) => instruction.words.join(" "),
  SHELL: ({ config }) => plainList(config.Shell ?? []),
  STOPSIGNAL: ({ config }) => config.StopSignal ?? "",
  USER: ({ config }) => config.User ?? "",
  VOLUME: ({ instruction, expand }) => plainList(instruction.words.map(expand)),
};

function pairs({ instruction, expand }: Done): string {
  return instruction.pairs.map(([name, value = ""]) => `${expand(name)}=${expand(value)}`).join(" ");
}
