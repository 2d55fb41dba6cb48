import { address, call, ignoring, into, memory, run, step } from "@wb/syscall";
import { byteString, type ByteString, pathArgument, textOf } from "../tar/byte-string.ts";
import type { TarEntry } from "../tar/tar-entry.ts";

/** Extended attributes by name, in order of their names. */
export type Xattrs = TarEntry["xattrs"];

/**
 * The extended attributes of names in an open directory; those that have none are left out. No symbolic link is followed.
 *
 * @throws SyscallError
 */
export function xattrsOf(directory: number, names: readonly ByteString[]): Map<ByteString, Xattrs> {
  const found = new Map<ByteString, Xattrs>();
  for (let first = 0; first < names.length; first += AT_ONCE) {
    const part = names.slice(first, first + AT_ONCE);
    const sizes = run([
      step(
        "list extended attributes",
        part.map((name, index) => into(`n${index}`, ignoring(list(pathOf(directory, name), 0), ...NONE))),
      ),
    ]);
    part.forEach((name, index) => {
      if (sizes.number(`n${index}`) > 0) found.set(name, read(directory, name));
    });
  }
  return found;
}

const AT_ONCE = 256;

/** ENOTSUP: the file system has none; ENOENT: somebody else has removed the name. */
const NONE = ["EOPNOTSUPP", "ENOENT"] as const;

/** linux/limits.h: XATTR_LIST_MAX, XATTR_SIZE_MAX. */
const LARGEST = 65_536;

function pathOf(directory: number, name: ByteString): string | Uint8Array {
  return pathArgument(`/proc/self/fd/${directory}/${name}`);
}

function list(path: string | Uint8Array, size: number): ReturnType<typeof call> {
  return call("llistxattr", path, size === 0 ? null : address("list"), size);
}

function read(directory: number, file: ByteString): Xattrs {
  const path = pathOf(directory, file);
  const label = `read the extended attributes of ${textOf(file)}`;
  const listed = run([step(label, [memory("list", LARGEST), into("length", list(path, LARGEST))])]);
  const names = byteString(listed.bytes("list", listed.number("length")))
    .split("\0")
    .slice(0, -1)
    .toSorted();
  return names.flatMap((name) => {
    const get = ignoring(call("lgetxattr", path, pathArgument(name), address("value"), LARGEST), "ENODATA");
    const got = run([step(label, [memory("value", LARGEST), into("length", get)])]);
    const length = got.number("length");
    return length < 0 ? [] : [[name, got.bytes("value", length)] as const];
  });
}
