import { type Command, command } from "../../command/command.ts";
import { imageDocument } from "../../engine/images/image-document.ts";
import { inspectText } from "../../engine/inspect/inspect-text.ts";
import { EXIT_FAILURE } from "../../in-place/exit-failure.ts";
import { reportError } from "../../report-error.ts";
import { writeAll } from "../../write-all.ts";
import { IMAGE_INSPECT } from "./inspect-flags.ts";

/** `wb image inspect`: docker-image-inspect(1). What was found is printed, whatever else was not. */
export const imageInspectCommand: Command = command(IMAGE_INSPECT, ({ flags, words }) => {
  const { text, problems } = inspectText(words, imageDocument, flags.format);
  writeAll(text);
  for (const problem of problems) reportError(problem, { debug: false, failure: EXIT_FAILURE });
  return problems.length === 0 ? 0 : EXIT_FAILURE;
});
