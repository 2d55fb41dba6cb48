import { closeSync } from "node:fs";
import { inNamespace } from "@wb/ns";
import { address, AT_FDCWD, call, into, memory, O, step, value } from "@wb/syscall";
import type { SpecIdMapping, SpecLinux } from "../oci/spec-linux.ts";
import { openNamespace } from "./lifecycle/join-namespaces.ts";

/**
 * A configuration's `linux` with the ids of the user namespace that it joins, which are the namespace's own whatever the
 * configuration says.
 *
 * @throws UserError for a path where there is none; SyscallError EPERM where this process may not enter it
 */
export function withUserNamespaceIds(linux: SpecLinux): SpecLinux {
  const { namespaces = [] } = linux;
  const index = namespaces.findIndex(({ type, path }) => type === "user" && path !== undefined);
  const path = namespaces[index]?.path;
  if (path === undefined) return linux;
  const fd = openNamespace(path, `linux.namespaces[${index}].path`);
  try {
    const [uidMappings, gidMappings] = readIdMaps(fd);
    return { ...linux, uidMappings, gidMappings };
  } finally {
    closeSync(fd);
  }
}

/** What a process in the namespace reads of itself, user_namespaces(7): the ids outside are those of the namespace above. */
function readIdMaps(fd: number): [uidMappings: SpecIdMapping[], gidMappings: SpecIdMapping[]] {
  const read = inNamespace(
    "user",
    fd,
    FILES.map((file) =>
      step(`read ${file}`, [
        memory(file, MOST),
        into(`${file} fd`, call("openat", AT_FDCWD, `/proc/thread-self/${file}`, O.RDONLY | O.CLOEXEC, 0)),
        call("read", value(`${file} fd`), address(file), MOST),
        call("close", value(`${file} fd`)),
      ]),
    ),
  );
  const [uids = [], gids = []] = FILES.map((file) => parse(read.bytes(file, MOST)));
  return [uids, gids];
}

const FILES = ["uid_map", "gid_map"] as const;

/** Bytes of 340 lines, the most that there can be. */
const MOST = 2 ** 14;

function parse(bytes: Buffer): SpecIdMapping[] {
  const text = bytes.toString("latin1", 0, bytes.indexOf(0));
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [containerID = 0, hostID = 0, size = 0] = line.trim().split(/\s+/).map(Number);
      return { containerID, hostID, size };
    });
}
