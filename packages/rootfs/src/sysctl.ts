import { call, closeProcfs, openProcfs, type Step, step, writeProc } from "@wb/syscall";

/** The namespaces that have sysctls of their own, in the words of the OCI runtime-spec. */
export type SysctlNamespace = "ipc" | "network" | "user" | "uts";

export interface SysctlOptions {
  /** Those that are the container's own: {@link ownNamespaces}. Others are of no interest here. */
  readonly namespaces: readonly string[];
  /** `open`: `openProcfs()`, without a subset, stands before these Steps, which then need no procfs of their own. */
  readonly procfs?: "open";
}

/**
 * The Steps that set kernel parameters, the OCI runtime-spec's `linux.sysctl`. Only those are set that the container has for
 * itself; what would change the host is refused, as runc does.
 *
 * Names are those of sysctl.d(5): `net.ipv4.ip_forward` or `net/ipv4/ip_forward`. What stands first, a dot or a slash, is
 * what separates; the other one is part of a name: `net.ipv4.conf.eth0/1.forwarding` is of the interface eth0.1.
 *
 * They stand in the namespaces and before the root and the capabilities change. The writes go to a procfs that nothing can be
 * mounted over (CVE-2025-52881). Equivalent to `sysctl -w NAME=VALUE`.
 *
 * @throws SysctlError for a name that is none, stands twice, or is not the container's to set
 * @example
 * sysctlSteps({ "net.ipv4.ip_forward": "1" }, { namespaces: ["network"] });
 */
export function sysctlSteps(
  sysctls: Readonly<Record<string, string>>,
  { namespaces, procfs }: SysctlOptions,
): readonly Step[] {
  const seen = new Set<string>();
  const steps = Object.entries(sysctls).map(([name, text]) => {
    const wanted = { name, text, path: pathOf(name, text) };
    if (seen.has(wanted.path)) throw refusal(wanted, "it is given twice");
    seen.add(wanted.path);
    checkNamespace(wanted, namespaces);
    return setStep(wanted);
  });
  return procfs === "open" || steps.length === 0 ? steps : [openProcfs(), ...steps, closeProcfs];
}

/** A sysctl that cannot be set. */
export class SysctlError extends Error {
  readonly code = "WB_SYSCTL";
  /** The name as it was given. */
  readonly sysctl: string;
  readonly value: string;
  /** What can be done about it. */
  readonly hint?: string;

  constructor({ name, text }: { readonly name: string; readonly text: string }, reason: string, hint?: string) {
    super(`sysctl ${JSON.stringify(name)} cannot be set to ${JSON.stringify(text)}: ${reason}`);
    this.sysctl = name;
    this.value = text;
    if (hint !== undefined) this.hint = hint;
  }
}

Object.defineProperty(SysctlError.prototype, "name", { value: "SysctlError", configurable: true, writable: true });

interface Wanted {
  readonly name: string;
  readonly text: string;
  /** Below /proc/sys. */
  readonly path: string;
}

function refusal(wanted: { readonly name: string; readonly text: string }, reason: string, hint?: string): SysctlError {
  return new SysctlError(wanted, reason, hint);
}

/** sysctl.d(5), "CONFIGURATION FORMAT". */
function pathOf(name: string, text: string): string {
  const separator = /[./]/u.exec(name)?.[0];
  const path = separator === "." ? name.replaceAll(/[./]/gu, (character) => (character === "." ? "/" : ".")) : name;
  if (path.split("/").some((part) => part === "" || part === "." || part === "..") || path.includes("\0"))
    throw refusal({ name, text }, "this is no name of a sysctl", "write net.ipv4.ip_forward or net/ipv4/ip_forward");
  return path;
}

/** ipc/ipc_sysctl.c: those that runc lets a container set. */
const IPC: ReadonlySet<string> = new Set(
  ["msgmax", "msgmnb", "msgmni", "sem", "shmall", "shmmax", "shmmni", "shm_rmid_forced"].map(
    (name) => `kernel/${name}`,
  ),
);

/** What each kind of namespace has for itself. */
const RULES: readonly (readonly [namespace: SysctlNamespace, has: (path: string) => boolean])[] = [
  ["ipc", (path) => IPC.has(path) || path.startsWith("fs/mqueue/")],
  ["network", (path) => path.startsWith("net/")],
  ["uts", (path) => path === DOMAINNAME],
  ["user", (path) => path.startsWith("user/")],
];

const DOMAINNAME = "kernel/domainname";

function checkNamespace(wanted: Wanted, namespaces: readonly string[]): void {
  if (wanted.path === "kernel/hostname")
    throw refusal(wanted, "it conflicts with the `hostname` of the configuration", "set `hostname` instead");
  const kind = RULES.find(([, has]) => has(wanted.path))?.[0];
  if (kind === undefined)
    throw refusal(
      wanted,
      "it is not in a separate kernel namespace: it is the whole machine's",
      "set it on the host, with sysctl(8)",
    );
  if (!namespaces.includes(kind))
    throw refusal(
      wanted,
      `it is the host's, for the container has no ${kind} namespace of its own`,
      `give the container a ${kind} namespace that is not the host's, or leave this sysctl out`,
    );
}

/** `__NEW_UTS_LEN`, linux/utsname.h. */
const LONGEST_DOMAINNAME = 64;

function setStep(wanted: Wanted): Step {
  const { name, text, path } = wanted;
  const label = `set ${name} to ${JSON.stringify(text)}`;
  const shell = `sysctl -w ${path.includes(".") ? path : path.replaceAll("/", ".")}=${quoted(text)}`;
  if (path !== DOMAINNAME) return step(label, writeProc(`sys/${path}`, text), shell);
  // The kernel's file is the initial user namespace's root's to write; the call is the container's, too.
  const length = Buffer.byteLength(text);
  if (length > LONGEST_DOMAINNAME)
    throw refusal(wanted, `it has ${length} bytes: the kernel takes at most ${LONGEST_DOMAINNAME}`);
  return step(label, [call("setdomainname", text, length)], `domainname ${quoted(text)}`);
}

function quoted(text: string): string {
  return /^[\w.:,/-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
