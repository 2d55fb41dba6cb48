import { mount, type Mount, type MountInfo, proc } from "../../src/index.ts";
import { mountsIn } from "./container.ts";

export { bind, mount, type Mount, proc, symbolicLink, tmpfs } from "../../src/index.ts";

/** The mount that a container sees at a mount's destination. */
export async function mountedAt(root: string, wanted: Mount): Promise<MountInfo | undefined> {
  const seen = await mountsIn(root, { mounts: [proc(), mount(wanted)] });
  return seen.find(({ mountPoint }) => mountPoint === wanted.destination);
}
