import { closeSync, openSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { detect } from "@wb/cgroup";
import { isErrno, O } from "@wb/syscall";
import { UserError } from "../../user-error.ts";
import { defaultSpec } from "../default-spec.ts";
import type { Globals } from "../globals.ts";
import { parseUsage } from "../usage.ts";

const FLAGS = {
  bundle: {
    type: "string",
    short: "b",
    value: "path",
    help: "The bundle's directory (default: the working directory)",
  },
  rootless: { type: "boolean", help: "For a caller without privileges: root in it is the caller" },
} as const;

/** `wb oci spec`: writes a config.json to begin with, which runs as it is once the bundle has a directory `rootfs`. */
export async function specCommand(args: readonly string[], _globals: Globals): Promise<number> {
  const parsed = parseUsage(
    { name: "spec", words: "", least: 0, most: 0, flags: FLAGS, help: "write a configuration to begin with" },
    args,
  );
  if (parsed === undefined) return 0;
  const { bundle = ".", rootless = false } = parsed.flags;
  const ids = rootless ? { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 } : undefined;
  const spec = defaultSpec({ rootless: ids, unified: detect().kind === "unified" });
  writeNew(resolve(bundle, "config.json"), `${JSON.stringify(spec, null, "\t")}\n`);
  return 0;
}

function writeNew(path: string, text: string): void {
  let fd: number;
  try {
    fd = openSync(path, O.WRONLY | O.CREAT | O.EXCL | O.CLOEXEC, 0o666);
  } catch (cause) {
    if (isErrno(cause, "EEXIST")) throw new UserError("File config.json exists. Remove it first", { cause });
    throw new UserError(`cannot write ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  try {
    writeFileSync(fd, text);
  } finally {
    closeSync(fd);
  }
}
