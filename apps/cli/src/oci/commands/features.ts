import { writeAll } from "../../write-all.ts";
import { featuresDocument } from "../features-document.ts";
import type { Globals } from "../globals.ts";
import { parseUsage } from "../usage.ts";

/** `wb oci features` */
export async function featuresCommand(args: readonly string[], _globals: Globals): Promise<number> {
  const parsed = parseUsage(
    { name: "features", words: "", least: 0, most: 0, flags: {}, help: "print what this runtime knows, as JSON" },
    args,
  );
  if (parsed === undefined) return 0;
  writeAll(`${JSON.stringify(featuresDocument(), null, 4)}\n`);
  return 0;
}
