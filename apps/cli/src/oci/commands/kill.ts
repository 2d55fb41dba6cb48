import { killContainer } from "../../runtime/lifecycle/kill-container.ts";
import type { Globals } from "../globals.ts";
import { signalNumber } from "../signal-number.ts";
import { parseUsage } from "../usage.ts";

/** `wb oci kill` */
export async function kill(args: readonly string[], { root }: Globals): Promise<number> {
  const parsed = parseUsage(
    {
      name: "kill",
      words: "<container-id> [signal]",
      least: 1,
      most: 2,
      flags: { all: { type: "boolean", short: "a", help: "Send it to all processes of the container" } },
      help: "send a signal to a container (default: SIGTERM)",
    },
    args,
  );
  if (parsed === undefined) return 0;
  const [id = "", signal = "SIGTERM"] = parsed.words;
  killContainer(root, id, signalNumber(signal), { all: parsed.flags.all ?? false });
  return 0;
}
