import { resolve } from "node:path";

/** What may stand before the command, for every command. */
export interface GlobalFlags {
  /** Show where errors come from. */
  readonly debug: boolean;
  /** Where containers are kept: WB_ROOT for this process and all that it starts. */
  readonly root?: string;
  /** Where what runs is known: WB_STATE. */
  readonly state?: string;
  readonly help: boolean;
  /** The command, and all after it; or a flag that is none of these. */
  readonly words: readonly string[];
}

/** Parses the flags before the command. Of what is not understood the words begin with it. */
export function globalFlags(line: readonly string[]): GlobalFlags {
  const found: { -readonly [Name in keyof GlobalFlags]: GlobalFlags[Name] } = { debug: false, help: false, words: [] };
  let words = line;
  for (let [word] = words; word !== undefined; [word] = words) {
    const [, name, inline] = /^--(root|state)(?:=(.*))?$/s.exec(word) ?? [];
    const path = inline ?? words[1];
    if (word === "--debug" || word === "-D") found.debug = true;
    else if (word === "--help" || word === "-h") found.help = true;
    else if (name !== undefined && path !== undefined && path !== "") found[name as "root" | "state"] = path;
    else break;
    words = words.slice(name === undefined || inline !== undefined ? 1 : 2);
  }
  found.words = words;
  return found;
}

/** Lets this process, and all that it starts, know where containers are: supervisors and what they become, too. */
export function setPlaces({ root, state }: Pick<GlobalFlags, "root" | "state">): void {
  if (root !== undefined) process.env["WB_ROOT"] = resolve(root);
  if (state !== undefined) process.env["WB_STATE"] = resolve(state);
}
