import { type Command, command } from "../../command/command.ts";
import { inspectText } from "../../engine/inspect/inspect-text.ts";
import { keepDefaultNetwork } from "../../engine/networks/keep-default-network.ts";
import { networkDocument } from "../../engine/networks/network-document.ts";
import { EXIT_FAILURE } from "../../in-place/exit-failure.ts";
import { reportError } from "../../report-error.ts";
import { writeAll } from "../../write-all.ts";
import { NETWORK_INSPECT } from "./inspect-flags.ts";

/** `wb network inspect`: docker-network-inspect(1). What was found is printed, whatever else was not. */
export const networkInspectCommand: Command = command(NETWORK_INSPECT, async ({ flags, words }) => {
  keepDefaultNetwork();
  const { text, problems } = inspectText(words, networkDocument, flags.format);
  writeAll(text);
  for (const problem of problems) reportError(problem, { debug: false, failure: EXIT_FAILURE });
  return problems.length === 0 ? 0 : EXIT_FAILURE;
});
