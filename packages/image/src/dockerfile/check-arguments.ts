import { DockerfileError } from "./dockerfile-error.ts";
import type { Instruction, InstructionName } from "./instruction.ts";

/** Refuses what has too few or too many words, in BuildKit's words. */
export function checkArguments(instruction: Instruction): void {
  const problem = RULES[instruction.name]?.(instruction);
  if (problem !== undefined) throw new DockerfileError(problem, instruction.line);
  if (instruction.inner) checkArguments(instruction.inner);
}

type Rule = (instruction: Instruction) => string | undefined;

const STAGE_NAME = /^[a-z][a-z0-9-_.]*$/u;

const exactlyOne: Rule = ({ name, words }) =>
  words.length === 1 ? undefined : `${name} requires exactly one argument`;
const atLeastOne: Rule = ({ name, words }) => (words.length > 0 ? undefined : `${name} requires at least one argument`);
const files: Rule = ({ name, words, heredocs }) => {
  if (words.length === 0)
    return `${name} requires at least two arguments, but none were provided. A source and destination are required.`;
  const message = `${name} requires at least two arguments, but only one was provided. Destination could not be determined`;
  return words.length === 1 && heredocs.length === 0 ? message : undefined;
};
const named: Rule = ({ name, pairs }) => {
  if (pairs.length === 0) return `${name} requires at least one argument`;
  return pairs.some(([key]) => key === "") ? `${name} names can not be blank` : undefined;
};

const RULES: Readonly<Partial<Record<InstructionName, Rule>>> = {
  ADD: files,
  ARG: named,
  COPY: files,
  ENV: named,
  EXPOSE: atLeastOne,
  FROM: ({ words }) => {
    const [, as = "", name = ""] = words;
    if (words.length !== 1 && !(words.length === 3 && as.toUpperCase() === "AS"))
      return "FROM requires either one or three arguments";
    if (words.length === 1 || (STAGE_NAME.test(name.toLowerCase()) && name.toLowerCase() !== "scratch"))
      return undefined;
    return `invalid name for build stage: "${name}", name can't start with a number or contain symbols`;
  },
  HEALTHCHECK: ({ words: [type, ...more], inner }) => {
    if (type === undefined) return "HEALTHCHECK requires at least one argument";
    if (type === "NONE") return more.length === 0 ? undefined : "HEALTHCHECK NONE takes no arguments";
    if (type !== "CMD") return `unknown type "${type}" in HEALTHCHECK (try CMD)`;
    return inner?.words.length === 0 ? "missing command after HEALTHCHECK CMD" : undefined;
  },
  LABEL: named,
  MAINTAINER: exactlyOne,
  ONBUILD: ({ inner }) => {
    if (inner?.name === "ONBUILD") return "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed";
    return inner?.name === "FROM" || inner?.name === "MAINTAINER"
      ? `${inner.name} isn't allowed as an ONBUILD trigger`
      : undefined;
  },
  RUN: atLeastOne,
  SHELL: ({ exec, words }) => {
    if (words.length === 0) return "SHELL requires at least one argument";
    return exec ? undefined : "SHELL requires the arguments to be in JSON form";
  },
  STOPSIGNAL: exactlyOne,
  USER: exactlyOne,
  VOLUME: ({ words }) => {
    if (words.length === 0) return "VOLUME requires at least one argument";
    return words.some((word) => word.trim() === "") ? "VOLUME specified can not be an empty string" : undefined;
  },
  WORKDIR: exactlyOne,
};
