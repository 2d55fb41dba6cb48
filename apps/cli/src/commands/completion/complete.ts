import { globalFlags, setPlaces } from "../../global-flags.ts";
import { writeAll } from "../../write-all.ts";
import { completeWords } from "./complete-words.ts";
import { valuesOf } from "./values-of.ts";

/**
 * `wb __complete WORDS…`, the last one being what is typed of the word to complete: prints lines `value\tdescription`, and after them a line
 * `:N` with cobra's directive (cobra's completions.go).
 */
export async function completeCommand(args: readonly string[]): Promise<number> {
  try {
    const last = args.at(-1) ?? "";
    const globals = globalFlags(args.slice(0, -1));
    setPlaces(globals);
    const { entries, kind, before, taken } = await completeWords(globals.words, last);
    const typed = last.slice(before.length);
    const values = valuesOf(kind, typed).filter(([value]) => !taken.includes(value));
    const lines = [...entries, ...values.map(([value, what]) => [`${before}${value}`, what] as const)]
      .filter(([value]) => value.startsWith(last))
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([value, what]) => (what === "" ? `${value}\n` : `${value}\t${what}\n`));
    writeAll(`${lines.join("")}:${DIRECTIVES.get(kind) ?? NO_FILES}\n`);
  } catch {
    writeAll(`:${FAILED}\n`); // nobody reads a message while typing
  }
  return 0;
}

const FAILED = 1;
const NO_SPACE = 2;
const NO_FILES = 4;
const DIRECTORIES = 16;

/** Of those for which the shell looks for files, where there is nothing else. */
const DIRECTIVES: ReadonlyMap<unknown, number> = new Map([
  ["file", 0],
  ["volume or file", NO_SPACE],
  ["command", 0],
  ["directory", DIRECTORIES],
]);
