import { closeSync } from "node:fs";
import { call, closeFd, ERRNO, ignoring, type Instruction, into, O, run, step, value } from "@wb/syscall";
import { copyAttributes } from "./copy-attributes.ts";
import { argument, type Place, type Target } from "./place.ts";

/** Copies a regular file. What has taken its place since it was looked at is opened without waiting for anybody, and is copied as a file or refused. */
export function copyFile(source: Place, { directory, name, label, stat }: Target): void {
  const read = O.RDONLY | O.NOFOLLOW | O.NONBLOCK | O.NOCTTY | O.CLOEXEC;
  const write = O.WRONLY | O.CREAT | O.EXCL | O.NOFOLLOW | O.CLOEXEC;
  const opened = run([
    step(label, [into("in", call("openat", source.directory, argument(source.name), read, 0))]),
  ]).number("in");
  try {
    const made = run([
      step(label, [into("out", call("openat", directory, argument(name), write, 0o600)), ...contents(opened)]),
    ]).number("out");
    try {
      copyAttributes(opened, made, stat);
    } finally {
      closeFd(made);
    }
  } finally {
    closeSync(opened);
  }
}

/** copy_file_range(2) shares blocks where the file system can; between file systems, and of those that cannot, sendfile(2) copies. */
function contents(opened: number): Instruction[] {
  const range = call("copy_file_range", opened, null, value("out"), null, MOST, 0);
  return [
    { label: "share" },
    into("copied", ignoring(range, "EXDEV", "EINVAL", "EOPNOTSUPP", "ENOSYS", "EIO")),
    { jump: "send", when: { value: "copied", equals: 0 } },
    ...[ERRNO.EXDEV, ERRNO.EINVAL, ERRNO.EOPNOTSUPP, ERRNO.ENOSYS, ERRNO.EIO].map((errno) => ({
      jump: "send",
      when: { value: "copied", equals: -errno },
    })),
    { jump: "share" },
    // Files of /proc and the like have content without having a size: copy_file_range(2) finds nothing there.
    { label: "send" },
    into("copied", call("sendfile", value("out"), opened, null, MOST)),
    { jump: "whole", when: { value: "copied", equals: 0 } },
    { jump: "send" },
    { label: "whole" },
  ];
}

/** The most that one of these calls does. */
const MOST = 0x7fff_f000;
