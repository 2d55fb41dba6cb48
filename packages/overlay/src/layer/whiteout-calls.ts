import { call, ignoring, type Instruction, into, O, S, value } from "@wb/syscall";
import { type ByteString, pathArgument } from "../tar/byte-string.ts";
import { CELL, closing } from "../unpack/cells.ts";
import { openInRoot } from "../unpack/open-in-root.ts";

/**
 * How whiteouts are on a disk, https://docs.kernel.org/filesystems/overlayfs.html:
 * - `overlay`: devices 0:0, and `trusted.overlay.opaque`
 * - `userxattr`: devices 0:0, which everybody may make since Linux 5.8, and `user.overlay.opaque`
 * - `xattr`: files with `user.overlay.whiteout`, for where no device can be made; Linux 6.7
 */
export type WhiteoutForm = "overlay" | "userxattr" | "xattr";

const NAMESPACE: Readonly<Record<WhiteoutForm, string>> = {
  overlay: "trusted.overlay",
  userxattr: "user.overlay",
  xattr: "user.overlay",
};

/** Makes a whiteout in the directory of the cell `directory`. A directory of this layer that has the name is made opaque. */
export function whiteoutCalls(name: ByteString, form: WhiteoutForm): Instruction[] {
  const base = pathArgument(name);
  const flags = O.RDONLY | O.DIRECTORY | O.NOFOLLOW | O.CLOEXEC;
  const open = call("openat", value(CELL.directory), base, flags, 0);
  return [
    ...(form === "xattr" ? xattrWhiteout(base) : deviceWhiteout(base)),
    into(CELL.file, ignoring(open, "ENOTDIR", "ELOOP")),
    { jump: "done", when: { value: CELL.file, lessThan: 0 } },
    setXattr(form, "opaque", "y"),
    closing("file"),
    { label: "done" },
  ];
}

/** Makes a directory opaque. */
export function opaqueCalls(path: ByteString, form: WhiteoutForm): Instruction[] {
  return [into(CELL.file, openInRoot(path, O.RDONLY)), setXattr(form, "opaque", "y"), closing("file")];
}

function deviceWhiteout(base: string | Uint8Array): Instruction[] {
  return [
    into("made", ignoring(call("mknodat", value(CELL.directory), base, S.IFCHR, 0), "EEXIST")),
    { jump: "done", when: { value: "made", equals: 0 } },
  ];
}

/** Its directory says that it has such files: overlay would not look. */
function xattrWhiteout(base: string | Uint8Array): Instruction[] {
  const flags = O.WRONLY | O.CREAT | O.EXCL | O.NOFOLLOW | O.CLOEXEC;
  return [
    into(CELL.file, ignoring(call("openat", value(CELL.directory), base, flags, 0o644), "EEXIST")),
    { jump: "taken", when: { value: CELL.file, lessThan: 0 } },
    setXattr("xattr", "whiteout", "y"),
    closing("file"),
    into(CELL.file, call("openat", value(CELL.directory), ".", O.RDONLY | O.DIRECTORY | O.CLOEXEC, 0)),
    setXattr("xattr", "opaque", "x"),
    closing("file"),
    { jump: "done" },
    { label: "taken" },
  ];
}

function setXattr(form: WhiteoutForm, name: string, content: string): Instruction {
  return call("fsetxattr", value(CELL.file), `${NAMESPACE[form]}.${name}`, Buffer.from(content), content.length, 0);
}
