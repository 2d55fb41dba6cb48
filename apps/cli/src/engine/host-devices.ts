import { readdirSync, statSync } from "node:fs";
import type { SpecDevice } from "../oci/spec-linux.ts";

/** The device nodes of this machine, which a privileged container gets: all below /dev but terminals and file systems. */
export function hostDevices(directory = "/dev"): SpecDevice[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry): SpecDevice[] => {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory()) return OWN.has(path) ? [] : hostDevices(path);
    if (!entry.isCharacterDevice() && !entry.isBlockDevice()) return [];
    if (OWN.has(path)) return [];
    const { rdev, mode, uid, gid } = statSync(path);
    return [
      {
        path,
        type: entry.isBlockDevice() ? "b" : "c",
        ...deviceNumbers(BigInt(rdev)),
        fileMode: mode & 0o7777,
        uid,
        gid,
      },
    ];
  });
}

/** What a container has of its own, or must not share. */
const OWN: ReadonlySet<string> = new Set([
  "/dev/pts",
  "/dev/shm",
  "/dev/mqueue",
  "/dev/hugepages",
  "/dev/fd",
  "/dev/.lxc",
  "/dev/console",
  "/dev/ptmx",
]);

/** major(3) and minor(3) of glibc's 64-bit dev_t. */
export function deviceNumbers(device: bigint): { major: number; minor: number } {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xffff_f000n);
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffff_ff00n);
  return { major: Number(major), minor: Number(minor) };
}
