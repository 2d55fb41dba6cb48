import { commandLine } from "../command-line.ts";
import { psOf } from "../commands/containers/ps.ts";
import { table } from "../engine/columns/column.ts";
import { settledInfos } from "../engine/containers/settled-infos.ts";
import { globalFlags, setPlaces } from "../global-flags.ts";
import { start } from "../main.ts";

const globals = globalFlags(commandLine());
setPlaces(globals);
/** A template and sizes are another program's. */
const isPlain = globals.words.every((word) => !/^--(?:format|size)|^-[a-z]*s/.test(word));
const infos = isPlain ? settledInfos() : undefined;

/** The program that does it instead: it has what gives containers somebody who looks after them. */
export const instead: string | undefined = infos === undefined ? "containers" : undefined;

/** What a person asks for most: without the code that changes containers, and without libffi. */
if (infos !== undefined)
  start({
    ps: psOf({
      list: () => infos,
      text: ({ columns, fields }, { rows, context }) => table(columns, fields, rows, context),
    }),
  });
