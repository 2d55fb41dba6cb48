import { isErrno } from "@wb/syscall";
import { isRootless } from "../../runtime/lifecycle/rootless.ts";
import { DEFAULT_NETWORK } from "../options/network-mode.ts";
import { defaultNetwork } from "./default-network.ts";
import { lockNetwork } from "./lock-network.ts";
import { readNetwork } from "./network-store.ts";

/** Has the default network among those that there are, also before the first container is on it. */
export function keepDefaultNetwork(): void {
  if (isRootless() || readNetwork(DEFAULT_NETWORK) !== undefined) return;
  try {
    using _lock = lockNetwork();
    defaultNetwork();
  } catch (error) {
    // Who only looks needs no room on the disk.
    if (!isErrno(error, "ENOSPC", "EROFS", "EDQUOT", "EACCES", "EPERM")) throw error;
  }
}
