import { globSync, readdirSync, readFileSync } from "node:fs";
import { cgroupTrees } from "./cgroup-trees.ts";

/** What containers make outside of themselves, as lines. */
export function traces(): ReadonlySet<string> {
  return new Set([...processes(), ...groups(), ...mounts(), ...links(), ...files()]);
}

function processes(): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    const stat = /^\d+$/u.test(pid) ? (readOrNothing(`/proc/${pid}/stat`) ?? "") : "";
    // proc_pid_stat(5): the command stands in parentheses and may hold spaces.
    const [, command, state] = /^\d+ \((.*)\) (\S)/su.exec(stat) ?? [];
    return command === undefined ? [] : [`process ${pid} ${command} ${state === "Z" ? "(zombie)" : ""}`.trimEnd()];
  });
}

function groups(): string[] {
  const trees = cgroupTrees(readOrNothing("/proc/self/mountinfo") ?? "");
  return trees.flatMap(({ path }) => globSync("**/", { cwd: path }).map((group) => `group ${path}/${group}`));
}

function mounts(): string[] {
  const lines = (readOrNothing("/proc/self/mountinfo") ?? "").split("\n").filter(Boolean);
  // podman binds its store to itself while it has a container, and now and then without one.
  return lines.map((line) => `mount ${line.split(" ")[4]}`).filter((mount) => !mount.endsWith("/podman/root/overlay"));
}

function links(): string[] {
  return readdirSync("/sys/class/net").map((name) => `link ${name}`);
}

/** State of runtimes, in the places that the engines name and in their own. */
function files(): string[] {
  return globSync("/run/{runc,crun,wb*,wb*/*,docker/runtime-*/*/*,containerd/runc/*/*}").map((path) => `file ${path}`);
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
