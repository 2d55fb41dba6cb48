import type { SpecNamespace } from "../spec-linux.ts";
import type { Spec } from "../spec.ts";
import type { Problem } from "./config-error.ts";
import { quote } from "./quote.ts";

/** config-linux.md "Sysctl": only what a namespace of the container has of its own; all else is the machine's. */
export function sysctlRules({ hostname, linux: { sysctl = {}, namespaces = [] } = {} }: Spec): Problem[] {
  return Object.entries(sysctl).flatMap(([key, value]): Problem[] => {
    const path = `linux.sysctl[${quote(key)}]`;
    const name = withDots(key);
    if (!/^[\w-]+(\.[^./][^.]*)+$/.test(name))
      return [{ path, message: 'a name such as "net.ipv4.ip_forward" was expected' }];
    if (name === "kernel.hostname" && hostname !== undefined && hostname !== value)
      return [{ path, message: `${quote(value)} is not the hostname ${quote(hostname)}: one of them was expected` }];
    const type = namespaceOf(name);
    if (type === undefined) return [{ path, message: "is the whole machine's: one of a namespace was expected" }];
    if (namespaces.some((namespace) => namespace.type === type)) return [];
    return [{ path, message: `is the machine's, too: a namespace of type ${type} was expected for it` }];
  });
}

/** sysctl(8): what comes first of `.` and `/` separates; the other stands for it in a name. */
function withDots(key: string): string {
  const [separator] = /[./]/.exec(key) ?? ["."];
  if (separator === ".") return key;
  return key.replaceAll(/[./]/g, (character) => (character === "/" ? "." : "/"));
}

function namespaceOf(name: string): SpecNamespace | undefined {
  return NAMES.find(([prefix]) => name === prefix || (prefix.endsWith(".") && name.startsWith(prefix)))?.[1];
}

/** ipc_namespaces(7), network_namespaces(7), uts_namespaces(7), and kernel/ucount.c. */
const NAMES: readonly (readonly [string, SpecNamespace])[] = [
  ["net.", "network"],
  ["fs.mqueue.", "ipc"],
  ["kernel.msgmax", "ipc"],
  ["kernel.msgmnb", "ipc"],
  ["kernel.msgmni", "ipc"],
  ["kernel.sem", "ipc"],
  ["kernel.shmall", "ipc"],
  ["kernel.shmmax", "ipc"],
  ["kernel.shmmni", "ipc"],
  ["kernel.shm_rmid_forced", "ipc"],
  ["kernel.hostname", "uts"],
  ["kernel.domainname", "uts"],
  ["user.", "user"],
];
