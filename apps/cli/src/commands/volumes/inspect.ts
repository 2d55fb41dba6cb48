import { type Command, command } from "../../command/command.ts";
import { inspectText } from "../../engine/inspect/inspect-text.ts";
import { noSuchVolume } from "../../engine/volumes/no-such-volume.ts";
import { volumeDocument } from "../../engine/volumes/volume-document.ts";
import { findVolume } from "../../engine/volumes/volume-store.ts";
import { EXIT_FAILURE } from "../../in-place/exit-failure.ts";
import { reportError } from "../../report-error.ts";
import { writeAll } from "../../write-all.ts";
import { VOLUME_INSPECT } from "./inspect-flags.ts";

/** `wb volume inspect`: docker-volume-inspect(1). What was found is printed, whatever else was not. */
export const volumeInspectCommand: Command = command(VOLUME_INSPECT, async ({ flags, words }) => {
  const { text, problems } = inspectText(words, document, flags.format);
  writeAll(text);
  for (const problem of problems) reportError(problem, { debug: false, failure: EXIT_FAILURE });
  return problems.length === 0 ? 0 : EXIT_FAILURE;
});

function document(name: string): object {
  const volume = findVolume(name);
  if (volume === undefined) throw noSuchVolume(name);
  return volumeDocument(volume);
}
