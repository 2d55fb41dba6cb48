import { findImage, needImage } from "@wb/image";
import type { RunFlags } from "../../commands/run-flags.ts";
import { usage } from "../../flags.ts";
import type { ContainerImage } from "./container-image.ts";
import { pullForRun } from "./pull-for-run.ts";
import { storeOfImages } from "./store-of-images.ts";

/** The image of a new container, pulled as `--pull` says. @throws UserError, ImageError */
export async function imageForContainer(
  name: string,
  { pull = "missing", platform }: Pick<RunFlags, "pull" | "platform">,
): Promise<ContainerImage> {
  if (!POLICIES.has(pull))
    throw usage("run", `invalid pull option: '${pull}': must be one of "always", "missing" or "never"`);
  const store = storeOfImages();
  const found = findImage(store, name);
  const { id, document } =
    pull === "always" || (found === undefined && pull === "missing")
      ? await pullForRun(store, name, platform)
      : (found ?? needImage(store, name));
  return { id, name, config: document.config ?? {} };
}

const POLICIES: ReadonlySet<string> = new Set(["always", "missing", "never"]);
