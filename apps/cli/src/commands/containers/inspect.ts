import { writeSync } from "node:fs";
import { type Command, command } from "../../command/command.ts";
import { NoSuchObject, OBJECT_TYPES, objectFinder } from "../../engine/inspect/find-object.ts";
import { inspectText } from "../../engine/inspect/inspect-text.ts";
import type { FlagValues } from "../../flags.ts";
import { EXIT_FAILURE } from "../../in-place/exit-failure.ts";
import { reportError } from "../../report-error.ts";
import { UserError } from "../../user-error.ts";
import { writeAll } from "../../write-all.ts";
import { CONTAINER_INSPECT, INSPECT } from "./inspect-flags.ts";

/** `wb inspect`: docker-inspect(1). */
export const inspectCommand: Command = command(INSPECT, ({ flags, words }) =>
  inspect(words, finder(flags), flags.format),
);

/** `wb container inspect`: docker-container-inspect(1). */
export const containerInspectCommand: Command = command(CONTAINER_INSPECT, ({ flags, words }) =>
  inspect(words, objectFinder({ type: "container", size: flags.size ?? false }), flags.format),
);

/** What was found is printed, whatever else was not. */
function inspect(words: readonly string[], find: (reference: string) => object, format: string | undefined): number {
  const { text, problems } = inspectText(words, find, format);
  writeAll(text);
  for (const problem of problems) {
    if (problem instanceof NoSuchObject) writeSync(2, `Error: ${problem.message}\nhint: ${problem.hint}\n`);
    else reportError(problem, { debug: false, failure: EXIT_FAILURE });
  }
  return problems.length === 0 ? 0 : EXIT_FAILURE;
}

function finder({ type = "", size = false }: FlagValues<typeof INSPECT.flags>): (reference: string) => object {
  const known = OBJECT_TYPES.find((one) => one === type);
  if (type !== "" && known === undefined)
    throw new UserError(
      `unknown type: ${JSON.stringify(type)}: must be one of ${OBJECT_TYPES.map((one) => JSON.stringify(one)).join(", ")}`,
    );
  if (size && type === "volume") writeSync(2, "WARNING: --size ignored for volumes\n");
  return objectFinder({ type: known, size });
}
