import { findContainer } from "../../runtime/lifecycle/find-container.ts";
import { writeAll } from "../../write-all.ts";
import { containerState } from "../container-state.ts";
import type { Globals } from "../globals.ts";
import { parseUsage } from "../usage.ts";

/** `wb oci state`: the state as the specification has it, with what runc adds. */
export async function state(args: readonly string[], { root }: Globals): Promise<number> {
  const parsed = parseUsage(
    { name: "state", words: "<container-id>", least: 1, most: 1, flags: {}, help: "print the state of a container" },
    args,
  );
  if (parsed === undefined) return 0;
  const { record, status } = findContainer(root, parsed.words[0] ?? "");
  writeAll(`${JSON.stringify(containerState(record, status), null, 2)}\n`);
  return 0;
}
