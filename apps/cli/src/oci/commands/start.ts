import { startContainer } from "../../runtime/lifecycle/start-container.ts";
import { forwardReady } from "../forward-ready.ts";
import type { Globals } from "../globals.ts";
import { parseUsage } from "../usage.ts";

/** `wb oci start` */
export async function start(args: readonly string[], { root, notifySocket, log }: Globals): Promise<number> {
  const parsed = parseUsage(
    {
      name: "start",
      words: "<container-id>",
      least: 1,
      most: 1,
      flags: {},
      help: "start a container that was created",
    },
    args,
  );
  if (parsed === undefined) return 0;
  using notify = await startContainer(root, parsed.words[0] ?? "", notifySocket);
  await forwardReady(notify, log);
  return 0;
}
