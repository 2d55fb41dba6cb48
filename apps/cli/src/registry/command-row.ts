/** A command of wb, as the list of commands has it. */
export interface CommandRow {
  /** What it is called: the first is what its errors and its help say; those of a group have two words, `container ls`. */
  readonly names: readonly [string, ...string[]];
  readonly summary: string;
  /** Where `wb --help` shows it; one that has only names in groups is shown by these. */
  readonly section?: Section;
  /** The status of failures that have none of their own. Default: docker-run's, 125. */
  readonly failure?: number;
  /** The status for a command line that is not understood. Default: docker's, 125. */
  readonly misuse?: number;
}

export type Section = "common" | "container" | "image" | "tool" | "system";
