import { resumeContainer } from "../../runtime/lifecycle/pause-container.ts";
import type { Globals } from "../globals.ts";
import { parseUsage } from "../usage.ts";

/** `wb oci resume` */
export async function resume(args: readonly string[], { root }: Globals): Promise<number> {
  const parsed = parseUsage(
    {
      name: "resume",
      words: "<container-id>",
      least: 1,
      most: 1,
      flags: {},
      help: "let the processes of a paused container go on",
    },
    args,
  );
  if (parsed === undefined) return 0;
  await resumeContainer(root, parsed.words[0] ?? "");
  return 0;
}
