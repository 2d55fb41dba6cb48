/** One instruction of a Dockerfile, its words as written: variables are expanded later, by what the build knows then. */
export interface Instruction {
  readonly name: InstructionName;
  /** The line that it begins on, and the last one that belongs to it (that of the last heredoc's end), from 1. */
  readonly line: number;
  readonly endLine: number;
  /** The instruction in one line, without its continuations and comments: what ONBUILD keeps. */
  readonly original: string;
  /** `--name=value` in their order; the value is undefined in `--name`. */
  readonly flags: readonly InstructionFlag[];
  /**
   * What follows the flags. For shell forms, USER and others of one argument a single word that has spaces; for `ENV`, `LABEL`
   * and `ARG` see `pairs`.
   */
  readonly words: readonly string[];
  /** Written as a JSON array: `CMD ["a", "b"]`. */
  readonly exec: boolean;
  /** Names and values of ENV, LABEL (all have values) and ARG, with their quotes. */
  readonly pairs: readonly (readonly [name: string, value: string | undefined])[];
  readonly heredocs: readonly Heredoc[];
  /** Of ONBUILD: what is to be done; of HEALTHCHECK CMD: the command. */
  readonly inner?: Instruction;
}

export interface InstructionFlag {
  readonly name: string;
  readonly value: string | undefined;
}

/** `<<EOF` in RUN, COPY and ADD. */
export interface Heredoc {
  /** The word that ends it, without quotes; COPY and ADD make it a file's name. */
  readonly name: string;
  /** The file descriptor in `3<<EOF`; 0 without one. */
  readonly fd: number;
  /** False when the name has quotes: nothing in it is expanded. */
  readonly expand: boolean;
  /** `<<-EOF`: leading tabs are removed. */
  readonly chomp: boolean;
  /** With its line ends, as written. */
  readonly content: string;
}

/** How the words of an instruction are written, and which flags it has (true: may be given more than once). */
export const INSTRUCTIONS: Readonly<Record<InstructionName, InstructionRow>> = {
  ADD: {
    syntax: "list",
    flags: {
      chown: false,
      chmod: false,
      link: false,
      checksum: false,
      "keep-git-dir": false,
      unpack: false,
      exclude: true,
    },
  },
  ARG: { syntax: "arguments", flags: {} },
  CMD: { syntax: "command", flags: {} },
  COPY: {
    syntax: "list",
    flags: { chown: false, chmod: false, from: false, link: false, parents: false, exclude: true },
  },
  ENTRYPOINT: { syntax: "command", flags: {} },
  ENV: { syntax: "pairs", flags: {} },
  EXPOSE: { syntax: "words", flags: {} },
  FROM: { syntax: "words", flags: { platform: false } },
  HEALTHCHECK: {
    syntax: "health",
    flags: { interval: false, timeout: false, "start-period": false, "start-interval": false, retries: false },
  },
  LABEL: { syntax: "pairs", flags: {} },
  MAINTAINER: { syntax: "text", flags: {} },
  ONBUILD: { syntax: "instruction", flags: {} },
  RUN: { syntax: "command", flags: { mount: true, network: false, security: false, device: true } },
  SHELL: { syntax: "command", flags: {} },
  STOPSIGNAL: { syntax: "text", flags: {} },
  USER: { syntax: "text", flags: {} },
  VOLUME: { syntax: "list", flags: {} },
  WORKDIR: { syntax: "text", flags: {} },
};

export type InstructionName =
  | "ADD"
  | "ARG"
  | "CMD"
  | "COPY"
  | "ENTRYPOINT"
  | "ENV"
  | "EXPOSE"
  | "FROM"
  | "HEALTHCHECK"
  | "LABEL"
  | "MAINTAINER"
  | "ONBUILD"
  | "RUN"
  | "SHELL"
  | "STOPSIGNAL"
  | "USER"
  | "VOLUME"
  | "WORKDIR";

export interface InstructionRow {
  readonly syntax: InstructionSyntax;
  readonly flags: Readonly<Record<string, boolean>>;
}

export type InstructionSyntax =
  | "arguments"
  | "command"
  | "health"
  | "instruction"
  | "list"
  | "pairs"
  | "text"
  | "words";
