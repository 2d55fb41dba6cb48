import { writeAll } from "../../write-all.ts";

/**
 * `wb rootless-unpack ARCHIVE STORE OWNERS`, as root of a user namespace: unpacks it into the store, and prints where. Nobody types it.
 */
export async function rootlessUnpack([path = "", store = "", owners = ""]: readonly string[]): Promise<number> {
  const { rootfsFromArchive } = await import("../../engine/root-files.ts");
  writeAll(
    (
      await rootfsFromArchive(path, {
        store,
        unpack: { owners: owners === "owners", privileged: false },
      })
    ).directory,
  );
  return 0;
}
