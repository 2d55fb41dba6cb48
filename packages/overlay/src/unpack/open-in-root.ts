import { call, type Call, O, openHow, pointer, RESOLVE, value } from "@wb/syscall";
import { type ByteString, pathArgument } from "../tar/byte-string.ts";
import { CELL } from "./cells.ts";

/**
 * Opens a directory below the root by openat2(2). Symbolic links in its path are followed as a process would follow them
 * that has the root as its own: none leads outside, and none through a file descriptor of this process.
 *
 * @param flags of open(2), beside O_DIRECTORY and O_CLOEXEC. Default: O_PATH, which is enough to make names in it
 */
export function openInRoot(path: ByteString, flags: number = O.PATH): Call {
  const how = { flags: flags | O.DIRECTORY | O.CLOEXEC, resolve: RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS };
  const name = path === "" ? "." : pathArgument(path);
  return call("openat2", value(CELL.root), name, pointer(openHow, how), openHow.size);
}
