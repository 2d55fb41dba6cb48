import { userInfo } from "node:os";
import type { CreateContainerOptions } from "../../runtime/lifecycle/create-container.ts";
import { passedFds } from "../../runtime/lifecycle/passed-fds.ts";
import { isRootless } from "../../runtime/lifecycle/rootless.ts";
import type { Bundle } from "../bundle.ts";
import type { OciFlagValues } from "../flags.ts";
import type { Globals } from "../globals.ts";

/** The flags of `create`, runc-create(8), which `run` has, too. */
export const CREATE_FLAGS = {
  bundle: {
    type: "string",
    short: "b",
    value: "path",
    help: "The bundle's directory (default: the working directory)",
  },
  config: { type: "string", short: "f", value: "file", help: "Another name than config.json, as crun has it" },
  "console-socket": { type: "string", value: "path", help: "A Unix socket that gets the master of the terminal" },
  "pidfd-socket": { type: "string", value: "path", help: "A Unix socket that gets a pidfd of the container's process" },
  "pid-file": { type: "string", value: "path", help: "Write the id of the container's process there" },
  "no-pivot": { type: "boolean", help: "Change the root without pivot_root(2), which an initial ramdisk refuses" },
  "no-new-keyring": { type: "boolean", help: "Share the caller's session keyring" },
  "preserve-fds": { type: "number", value: "N", help: "Pass so many file descriptors on, after stderr" },
} as const;

/** What flags ask of a new container. */
export function creationOf(
  id: string,
  { path, config, spec, asksForCgroup }: Bundle,
  flags: OciFlagValues<typeof CREATE_FLAGS>,
  { root, cgroupManager, notifySocket, log }: Globals,
): CreateContainerOptions {
  return {
    root,
    id,
    bundle: path,
    config,
    spec,
    owner: ownerName(),
    // An ordinary user has none to make groups in, unless one was delegated, which the configuration names.
    withCgroup: cgroupManager !== "disabled" && (asksForCgroup || !isRootless()),
    consoleSocket: flags["console-socket"],
    pidfdSocket: flags["pidfd-socket"],
    pidFile: flags["pid-file"],
    passed: passedFds(flags["preserve-fds"]),
    notifies: notifySocket !== "",
    noPivot: flags["no-pivot"],
    noNewKeyring: flags["no-new-keyring"],
    warn: (message) => log.write("warning", message),
    debug: log.debug,
  };
}

function ownerName(): string {
  try {
    return userInfo().username;
  } catch {
    // An id without an account.
    return String(process.getuid?.() ?? "");
  }
}
