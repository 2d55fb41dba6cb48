import { commandLine } from "../command-line.ts";
import { psOf } from "../commands/containers/ps.ts";
import { table } from "../engine/columns/column.ts";
import { settledRows } from "../engine/containers/settled-rows.ts";
import { globalFlags, setPlaces } from "../global-flags.ts";
import { start } from "../main.ts";

const globals = globalFlags(commandLine());
setPlaces(globals);
/** A template and sizes are another program's. */
const isPlain = globals.words.every((word) => !/^--(?:format|size)|^-[a-z]*s/.test(word));
const rows = isPlain ? settledRows() : undefined;

/** The program that does it instead: it has what gives containers somebody who looks after them. */
export const instead: string | undefined = rows === undefined ? "containers" : undefined;

/** What a person asks for most: without the code that changes containers, and without libffi. */
if (rows !== undefined)
  start({
    ps: psOf({
      list: () => rows,
      sized: (row) => row,
      text: ({ columns, fields }, { rows: shown, context }) => table(columns, fields, shown, context),
    }),
  });
