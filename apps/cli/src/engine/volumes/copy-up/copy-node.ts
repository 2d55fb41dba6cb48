import { readlinkSync } from "node:fs";
import {
  address,
  AT,
  call,
  ignoring,
  type Instruction,
  into,
  memory,
  type Program,
  run,
  step,
  value,
} from "@wb/syscall";
import { namesIn, timesOf } from "./copy-attributes.ts";
import { argument, pathOf, type Place, type Target } from "./place.ts";

/** Copies a symbolic link: its text, whatever it says. */
export function copyLink(source: Place, target: Target): void {
  const { directory, name, label, stat } = target;
  const text = readlinkSync(pathOf(source), { encoding: "buffer" });
  run([
    step(label, [
      call("symlinkat", argument(text), directory, argument(name)),
      call("fchownat", directory, argument(name), stat.uid, stat.gid, AT.SYMLINK_NOFOLLOW),
    ]),
    ...xattrs(source, target),
    step(label, sameTimes(target)),
  ]);
}

/** Copies a device, a FIFO or a socket, as docker does: what may be done with a device is its control group's to say. */
export function copyNode(source: Place, target: Target): void {
  const { directory, label, stat } = target;
  const name = argument(target.name);
  run([
    step(label, [
      call("mknodat", directory, name, stat.mode & 0o177_777, stat.rdev),
      call("fchownat", directory, name, stat.uid, stat.gid, AT.SYMLINK_NOFOLLOW),
      call("fchmodat", directory, name, stat.mode & 0o7777),
    ]),
    ...xattrs(source, target),
    step(label, sameTimes(target)),
  ]);
}

function sameTimes({ directory, name, stat }: Target): Instruction[] {
  return [call("utimensat", directory, argument(name), timesOf(stat), AT.SYMLINK_NOFOLLOW)];
}

/** Of what cannot be opened: by a path that begins at the open directory, since listxattrat(2) is only in Linux 6.13. */
function xattrs(source: Place, target: Target): Program {
  const path = argument(pathOf(source));
  const listed = run([
    step("list the extended attributes", [
      memory("names", SIZE),
      into("length", ignoring(call("llistxattr", path, address("names"), SIZE), "EOPNOTSUPP")),
    ]),
  ]);
  const length = listed.number("length");
  const names = length <= 0 ? [] : namesIn(listed.bytes("names", length));
  if (names.length === 0) return [];
  const copy = argument(pathOf(target));
  const body = names.flatMap((name): Instruction[] => {
    const text = Buffer.from(`${name}\0`, "latin1");
    return [
      into("size", call("lgetxattr", path, text, address("content"), SIZE)),
      ignoring(call("lsetxattr", copy, text, address("content"), value("size"), 0), "EOPNOTSUPP"),
    ];
  });
  return [step("the same extended attributes", [memory("content", SIZE), ...body])];
}

const SIZE = 65_536;
