import type { CommandSpec } from "../../command/command-spec.ts";
import type { Flag, Flags } from "../../flags.ts";

/** A command of `wb net`: what help lists it by, and how it may be written as for ip(8). */
export interface NetSpec<T extends Flags = Flags> extends CommandSpec<T> {
  readonly summary: string;
  /** Words of ip(8) that mean a flag of another name, and of those that are on or off also which: `brd`, `down`. */
  readonly ipWords?: Readonly<Record<string, string>>;
  /** A word that ip(8) takes before the first one, and that says nothing: `dev`. */
  readonly filler?: string;
}

/** Flags by their names: those with a value, and those without. */
export type NetFlags<Values extends string, Switches extends string = never> = Readonly<
  Record<Values, Flag & { readonly type: "string" }> & Record<Switches, Flag & { readonly type: "boolean" }>
>;
