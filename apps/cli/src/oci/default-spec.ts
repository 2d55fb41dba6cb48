import { maskedPaths, type OciCapabilities, READONLY_PATHS } from "@wb/security";
import { OCI_VERSION } from "./oci-version.ts";
import type { SpecLinux, SpecNamespace } from "./spec-linux.ts";
import type { Spec, SpecMount } from "./spec.ts";

export interface DefaultSpecOptions {
  /** The machine has cgroup v2 alone, where the container gets a cgroup namespace, as runc has it. Default false. */
  readonly unified?: boolean;
  /** The ids of a caller without privileges, which root of the container stands for. */
  readonly rootless?: { readonly uid: number; readonly gid: number } | undefined;
}

/**
 * A configuration to begin with: a shell in a terminal, in the bundle's directory `rootfs`. It is that of `runc spec` with
 * the paths that docker masks by now, and no ambient capabilities: the kernel gives none that is not inheritable,
 * capabilities(7).
 */
export function defaultSpec({ rootless, unified = false }: DefaultSpecOptions = {}): Spec {
  return {
    ociVersion: OCI_VERSION,
    process: {
      terminal: true,
      user: { uid: 0, gid: 0 },
      args: ["sh"],
      env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
      cwd: "/",
      capabilities: CAPABILITIES,
      rlimits: [{ type: "RLIMIT_NOFILE", hard: 1024, soft: 1024 }],
      noNewPrivileges: true,
    },
    root: { path: "rootfs", readonly: true },
    hostname: "wb",
    mounts: rootless === undefined ? MOUNTS : MOUNTS.map(rootlessMount),
    linux: {
      ...(rootless === undefined
        ? { resources: { devices: [{ allow: false, access: "rwm" }] } }
        : idMappings(rootless)),
      namespaces: [
        ...NAMESPACES,
        // Without privileges only cgroups of a namespace of one's own can be mounted.
        ...(unified || rootless !== undefined ? (["cgroup"] as const) : []),
        rootless === undefined ? ("network" as const) : ("user" as const),
      ].map((type) => ({ type })),
      maskedPaths: maskedPaths(),
      readonlyPaths: READONLY_PATHS,
    },
  };
}

const NAMES = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"];

const CAPABILITIES: OciCapabilities = { bounding: NAMES, effective: NAMES, permitted: NAMES };

/** Without privileges the container has the machine's network: it could not reach any from one of its own. */
const NAMESPACES: readonly SpecNamespace[] = ["pid", "ipc", "uts", "mount"];

const MOUNTS: readonly SpecMount[] = [
  { destination: "/proc", type: "proc", source: "proc" },
  {
    destination: "/dev",
    type: "tmpfs",
    source: "tmpfs",
    options: ["nosuid", "strictatime", "mode=755", "size=65536k"],
  },
  {
    destination: "/dev/pts",
    type: "devpts",
    source: "devpts",
    options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
  },
  {
    destination: "/dev/shm",
    type: "tmpfs",
    source: "shm",
    options: ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"],
  },
  { destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: ["nosuid", "noexec", "nodev"] },
  { destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", "ro"] },
  {
    destination: "/sys/fs/cgroup",
    type: "cgroup",
    source: "cgroup",
    options: ["nosuid", "noexec", "nodev", "relatime", "ro"],
  },
];

/** With one id there is no group tty, and sysfs belongs to who owns the network namespace. */
function rootlessMount(mount: SpecMount): SpecMount {
  const { destination, options = [] } = mount;
  if (destination === "/dev/pts") return { ...mount, options: options.filter((option) => option !== "gid=5") };
  if (destination === "/sys") return { ...mount, type: "none", source: "/sys", options: ["rbind", ...options] };
  return mount;
}

function idMappings({ uid, gid }: { uid: number; gid: number }): Pick<SpecLinux, "uidMappings" | "gidMappings"> {
  const mapping = (hostID: number) => [{ containerID: 0, hostID, size: 1 }];
  return { uidMappings: mapping(uid), gidMappings: mapping(gid) };
}
