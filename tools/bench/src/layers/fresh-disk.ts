import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** An ext4 file system that nothing was removed from yet: creating files is slower where much was. */
export interface FreshDisk extends Disposable {
  /** An empty directory on it. */
  readonly path: string;
}

/** Makes one in a file of `directory` and mounts it; with the end of the block, it is gone. */
export function freshDisk(directory: string, megabytes: number): FreshDisk {
  const place = mkdtempSync(join(directory, "disk-"));
  const [image, mounted] = [join(place, "image"), join(place, "mounted")];
  writeFileSync(image, "");
  truncateSync(image, megabytes * 2 ** 20);
  mkdirSync(mounted);
  run("mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", image);
  run("mount", "-o", "loop", image, mounted);
  const path = join(mounted, "target");
  mkdirSync(path);
  return {
    path,
    [Symbol.dispose]: () => {
      run("umount", mounted);
      rmSync(place, { recursive: true });
    },
  };
}

function run(file: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(file, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${file} ${args.join(" ")}: ${stderr}`);
}
