// What namespaces.kernel.test.ts runs as an ordinary user: prints a result as JSON.
import { readdirSync, writeFileSync } from "node:fs";
import { hostState } from "@wb/testing";
import { CLONE, PR, type Program, call, isErrno, isSyscallError, spawn, step } from "../../src/index.ts";
import { captureStages, successor, waitForParent } from "./stages.ts";

const tasks: Readonly<Record<string, () => unknown>> = {
  namespaces: () => {
    const fds = countFds();
    try {
      spawn([], { flags: CLONE.NEWNS + CLONE.NEWPID });
    } catch (error) {
      if (!isSyscallError(error)) throw error;
      const { code, syscall, hint, message } = error;
      return { code, syscall, step: error.step, hint, message, fds: countFds() - fds, children: hostState().children };
    }
    return undefined;
  },

  maps: async () => {
    const become = step("become root", [call("setresgid", 0, 0, 0), call("setresuid", 0, 0, 0)]);
    const { stdout } = await captureStages(
      [step("namespace", [call("unshare", CLONE.NEWUSER)]), ...waitForParent, become, ...successor(CLONE.NEWNS)],
      ["/bin/sh", "-c", "id -u; grep CapEff /proc/self/status"],
      { onWaiting: writeMaps },
    );
    const [uid, capabilities] = stdout.split("\n");
    return { uid, capabilities: capabilities?.split("\t")[1] };
  },

  "not-dumpable": async () => {
    const hide = step("not dumpable", [call("unshare", CLONE.NEWUSER), call("prctl", PR.SET_DUMPABLE, 0)]);
    const program: Program = [hide, ...waitForParent];
    try {
      await captureStages(program, ["/bin/true"], { onWaiting: writeMaps });
    } catch (error) {
      if (!isErrno(error, "EACCES", "EPERM")) throw error;
      return { code: error instanceof Error && "code" in error ? error.code : undefined };
    }
    return undefined;
  },
};

function writeMaps(pid: number): void {
  writeFileSync(`/proc/${pid}/uid_map`, `0 ${process.getuid?.()} 1`);
  writeFileSync(`/proc/${pid}/setgroups`, "deny");
  writeFileSync(`/proc/${pid}/gid_map`, `0 ${process.getgid?.()} 1`);
}

function countFds(): number {
  return readdirSync("/proc/self/fd").length;
}

process.stdout.write(JSON.stringify(await tasks[process.argv[2] ?? ""]?.()));
