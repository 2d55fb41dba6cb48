import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

/** Processes in namespaces of their own, made by util-linux: a shell that is pid 1 in there, and what it started. */
export interface OwnNamespaces extends AsyncDisposable {
  /** The shell, as this process sees it. */
  readonly pid: number;
}

/** Starts them; they end with the block. The shell has printed a line when it is ready. */
export async function ownNamespaces(
  flags: readonly string[],
  script = "hostname own; echo ready; exec sleep 4711",
): Promise<OwnNamespaces> {
  const parent = spawn("unshare", [...flags, "-f", "--kill-child", "sh", "-c", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(parent, "exit");
  await once(parent.stdout, "data");
  const pid = childOf(parent.pid ?? -1);
  return {
    pid,
    async [Symbol.asyncDispose]() {
      process.kill(pid, "SIGKILL");
      parent.kill("SIGKILL");
      await ended;
    },
  };
}

function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]);
}
