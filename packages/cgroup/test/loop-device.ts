import { execFileSync } from "node:child_process";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { temporaryDirectory } from "@wb/testing";

/** A scratch block device of so many bytes: losetup(8). */
export interface LoopDevice extends Disposable {
  readonly path: string;
  readonly major: number;
  readonly minor: number;
}

export function loopDevice(bytes: number): LoopDevice {
  const directory = temporaryDirectory();
  const file = join(directory.path, "disk");
  writeFileSync(file, "");
  truncateSync(file, bytes);
  const path = execFileSync("losetup", ["--find", "--show", file], { encoding: "utf8" }).trim();
  const [major = 0, minor = 0] = readFileSync(`/sys/block/${basename(path)}/dev`, "utf8")
    .split(":")
    .map(Number);
  return {
    path,
    major,
    minor,
    [Symbol.dispose]: () => {
      execFileSync("losetup", ["--detach", path]);
      directory[Symbol.dispose]();
    },
  };
}
