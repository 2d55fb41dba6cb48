import { UserError } from "../../user-error.ts";
import { tabWriter } from "../words/tab-writer.ts";

/**
 * What docker top prints of what ps(1) printed: the lines of a container's processes, with those of their threads.
 *
 * @param pids of the container's processes, as ps sees them
 * @throws UserError in docker's words, for options of ps that leave the pid out
 */
export function topTable(output: string, pids: ReadonlySet<number>): string {
  const [titles = [], ...lines] = output
    .split("\n")
    .filter((line) => line !== "")
    .map(wordsOf);
  const pidColumn = titles.indexOf("PID");
  if (pidColumn === -1)
    throw new UserError("Couldn't find PID field in ps output", { hint: "let ps print it: wb top web -o pid,cmd" });
  let isOfContainer = false;
  const rows = lines.filter((words) => {
    const pid = words[pidColumn];
    // A thread, with the option m: it belongs to the process before it.
    if (pid !== "-") isOfContainer = pids.has(Number(pid));
    return isOfContainer;
  });
  const cells = [titles, ...rows.map((words) => inColumns(words, titles.length))];
  return tabWriter(cells.map((line) => `${line.join("\t")}\n`).join(""), { minWidth: 20 });
}

/** ps separates by blanks of ASCII; others may be part of a name. */
function wordsOf(line: string): string[] {
  return line.split(/[\t\f\r ]+/).filter((word) => word !== "");
}

/** The last column has all that is left: a command line. */
function inColumns(words: readonly string[], columns: number): string[] {
  return [...words.slice(0, columns - 1), words.slice(columns - 1).join(" ")];
}
