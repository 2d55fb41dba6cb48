import type { Flags } from "../flags.ts";

/**
 * What a command takes, as data: from it come its help, what is wrong with a command line, and the completion of shells. It is in a file
 * without the code of the command, so that completion and help load nothing else.
 */
export interface CommandSpec<T extends Flags = Flags> {
  /** The first of the command's names in the registry: `stop`, `volume ls`. */
  readonly name: string;
  /** The other names of one that the registry has not: it is a command of a command. */
  readonly aliases?: readonly string[];
  /** What comes after the flags, as docker's usage has it: `CONTAINER [CONTAINER...]`. */
  readonly words: string;
  /** How many words, unless any number will do. */
  readonly count?: WordCount;
  /** What it does, for a person: lines of at most 120 characters. */
  readonly text: string;
  readonly flags: T;
  /** Command lines, each from `wb` on; a second text says what for. */
  readonly examples: readonly (string | readonly [line: string, what: string])[];
  /** Flags end at the first word, which begins a command with flags of its own. Otherwise they may come after words. */
  readonly flagsFirst?: boolean;
  /** What the words are, for completion; the last one also those after it. Default: nothing that could be listed. */
  readonly completes?: readonly ValueKind[];
  /** What to do without a flag that docker has and wb has not: by `--link`. */
  readonly hints?: ReadonlyMap<string, string>;
}

export interface WordCount {
  /** Default: 0. */
  readonly least?: number;
  /** A flag that makes up for one word. */
  readonly instead?: string;
  /** Default: any number. */
  readonly most?: number;
}

/**
 * What a word or a flag's value is: containers by their state, other names, or a file of this machine; a list has the words that there are.
 */
export type ValueKind =
  | "container"
  | "running"
  | "paused"
  | "unpaused"
  | "ended"
  | "volume"
  | "volume or file"
  | "network"
  | "image"
  | "signal"
  | "capability"
  | "cgroup"
  | "netns"
  | "link"
  | "bridge"
  | "veth"
  | "published"
  | "command"
  | "file"
  | "directory"
  | "nothing"
  | readonly string[];
