import { pauseContainer } from "../../runtime/lifecycle/pause-container.ts";
import type { Globals } from "../globals.ts";
import { parseUsage } from "../usage.ts";

/** `wb oci pause` */
export async function pause(args: readonly string[], { root }: Globals): Promise<number> {
  const parsed = parseUsage(
    {
      name: "pause",
      words: "<container-id>",
      least: 1,
      most: 1,
      flags: {},
      help: "stop all processes of a container where they are",
    },
    args,
  );
  if (parsed === undefined) return 0;
  await pauseContainer(root, parsed.words[0] ?? "");
  return 0;
}
