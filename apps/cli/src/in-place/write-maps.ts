import { type IdMap, idMapText } from "@wb/ns";
import { AT_FDCWD, call, into, O, type Program, step, value } from "@wb/syscall";
import { expectSuccess, inChild } from "./child.ts";
import { execvp } from "./execvp.ts";
import { type Helper, helper } from "./helper.ts";
import { type IdMapping, mapLines } from "./id-maps.ts";

export interface Mappings {
  readonly users: IdMapping;
  readonly groups: IdMapping;
}

/**
 * The process that writes the maps with ranges, which only one outside may: with newuidmap(1) and newgidmap(1), of an
 * ordinary user; directly, of root. None where nothing but the caller's own ids is mapped.
 */
export function mapHelper({ users, groups }: Mappings, root: boolean): Helper | undefined {
  const maps = [
    ...(users.ranges.length > 0 ? [{ file: "uid_map", lines: mapLines(users, ownUid()) } as const] : []),
    ...(groups.ranges.length > 0 ? [{ file: "gid_map", lines: mapLines(groups, ownGid()) } as const] : []),
  ];
  if (maps.length === 0) return undefined;
  const work = root
    ? maps.map(({ file, lines }) => writeFile(`/proc/${process.pid}/${file}`, idMapText(lines)))
    : maps.flatMap(({ file, lines }) => runTool(TOOLS[file], lines));
  return helper("id maps", "write the id maps of the user namespace", work);
}

const TOOLS = { uid_map: "newuidmap", gid_map: "newgidmap" } as const;

function runTool(tool: "newuidmap" | "newgidmap", lines: readonly IdMap[]): Program {
  const args = idMapText(lines).trim().split(/\s+/);
  return [
    ...inChild(tool, `run ${tool}`, [execvp({ argv: [tool, String(process.pid), ...args], env: process.env })]),
    expectSuccess(tool, `run ${tool}`),
  ];
}

/**
 * The Steps that map the caller's own ids from inside, which needs no privileges. A group may be mapped so only once
 * setgroups(2) is given up, since Linux 3.19 (CVE-2014-8989).
 */
export function ownMaps({ users, groups }: Mappings): Program {
  return [
    ...(users.single === undefined || users.ranges.length > 0
      ? []
      : [writeFile("/proc/self/uid_map", idMapText(mapLines(users, ownUid())))]),
    ...(groups.single === undefined || groups.ranges.length > 0
      ? []
      : [setgroupsControl("deny"), writeFile("/proc/self/gid_map", idMapText(mapLines(groups, ownGid())))]),
  ];
}

/** Whether a process of the user namespace may set its supplementary groups, user_namespaces(7). */
export function setgroupsControl(word: "allow" | "deny"): Program[number] {
  return writeFile("/proc/self/setgroups", word);
}

function writeFile(path: string, text: string): Program[number] {
  return step(
    `write ${path}: ${text.trim().replaceAll("\n", ", ")}`,
    [
      into("file", call("openat", AT_FDCWD, path, O.WRONLY | O.CLOEXEC, 0)),
      call("write", value("file"), text, Buffer.byteLength(text)),
      call("close", value("file")),
    ],
    `printf '${text.replaceAll("\n", "\\n")}' > ${path}`,
  );
}

function ownUid(): number {
  return process.geteuid?.() ?? 0;
}

function ownGid(): number {
  return process.getegid?.() ?? 0;
}
