import { deleteContainer } from "../../runtime/lifecycle/delete-container.ts";
import type { Globals } from "../globals.ts";
import { parseUsage } from "../usage.ts";

/** `wb oci delete` */
export async function deleteCommand(args: readonly string[], { root, log }: Globals): Promise<number> {
  const parsed = parseUsage(
    {
      name: "delete",
      words: "<container-id>",
      least: 1,
      most: 1,
      flags: {
        force: { type: "boolean", short: "f", help: "Kill it if it runs, and take one that is not there for deleted" },
      },
      help: "delete a container",
    },
    args,
  );
  if (parsed === undefined) return 0;
  const warn = (message: string): void => log.write("warning", message);
  await deleteContainer(root, parsed.words[0] ?? "", { force: parsed.flags.force ?? false, warn });
  return 0;
}
