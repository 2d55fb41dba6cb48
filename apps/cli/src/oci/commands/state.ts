import { findContainer } from "../../runtime/lifecycle/find-container.ts";
import { hookState } from "../../runtime/lifecycle/hook-state.ts";
import { writeAll } from "../../write-all.ts";
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
  const { rootfs, created, owner } = record;
  const pid = status === "stopped" ? 0 : record.init_process_pid;
  writeAll(`${JSON.stringify({ ...hookState(record, status), pid, rootfs, created, owner }, null, 2)}\n`);
  return 0;
}
