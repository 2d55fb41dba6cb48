import { closeFd } from "@wb/syscall";
import { createContainer } from "../../runtime/lifecycle/create-container.ts";
import { readBundle } from "../bundle.ts";
import { OciError } from "../error-text.ts";
import type { Globals } from "../globals.ts";
import { NAMES } from "../names.ts";
import { parseUsage } from "../usage.ts";
import { CREATE_FLAGS, creationOf } from "./creation.ts";
import { refuseConsole } from "./refuse-console.ts";

/** `wb oci create` */
export async function create(args: readonly string[], globals: Globals): Promise<number> {
  const parsed = parseUsage(
    { name: "create", words: "<container-id>", least: 1, most: 1, flags: CREATE_FLAGS, help: "create a container" },
    args,
  );
  if (parsed === undefined) return 0;
  const { flags } = parsed;
  const [id = ""] = parsed.words;
  try {
    const bundle = readBundle({
      bundle: flags.bundle,
      config: flags.config,
      id,
      before: ({ terminal }) => refuseConsole({ terminal, detach: true, socket: flags["console-socket"] }),
      warn: (message) => globals.log.write("warning", message),
    });
    const { pidfd } = await createContainer(creationOf(id, bundle, flags, globals));
    closeFd(pidfd);
  } catch (error) {
    throw new OciError(`${NAMES.program} create failed`, error);
  }
  return 0;
}
