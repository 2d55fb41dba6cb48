import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { call, closeFd, into, O, run, step } from "@wb/syscall";
import { writeFileAtomically } from "../../../write-file-atomically.ts";
import { volumeDirectory } from "../volume-places.ts";
import { type CopyOptions, copyTree } from "./copy-tree.ts";
import { isEmpty } from "./fill-volume.ts";

/**
 * The same for a volume whose driver has mounted something: there is no room beside it. A file says that it is being filled; who
 * finds that copies everything again.
 *
 * @param mounted an open directory, or a mount @param source an open directory
 */
export function fillMounted(
  name: string,
  { mounted, source, ownerOf }: { readonly mounted: number; readonly source: number } & Pick<CopyOptions, "ownerOf">,
): void {
  const mark = join(volumeDirectory(name), FILLING);
  const flags = O.RDONLY | O.DIRECTORY | O.CLOEXEC;
  const opened = run([step("open it", [into("target", call("openat", mounted, ".", flags, 0))])]).number("target");
  try {
    const again = existsSync(mark);
    if (!again && !isEmpty(opened)) return;
    writeFileAtomically(mark, "", 0o600, { durable: true });
    copyTree(source, opened, { again, ...(ownerOf === undefined ? {} : { ownerOf }) });
    run([step("write the copy to the disk", [call("syncfs", opened)])]);
    rmSync(mark);
  } finally {
    closeFd(opened);
  }
}

const FILLING = "filling";
