import { commandLine } from "../command-line.ts";
import { psOf } from "../commands/containers/ps.ts";
import { settledInfos } from "../engine/containers/settled-infos.ts";
import { globalFlags, setPlaces } from "../global-flags.ts";
import { start } from "../main.ts";

setPlaces(globalFlags(commandLine()));
const infos = settledInfos();

/** The program that does it instead: it has what gives containers somebody who looks after them. */
export const instead: string | undefined = infos === undefined ? "containers" : undefined;

/** What a shell's prompt may ask for every time: without the code that changes containers, and without libffi. */
if (infos !== undefined)
  start({
    ps: async (args) => psOf(() => infos)(args),
  });
