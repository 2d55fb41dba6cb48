import { existsSync } from "node:fs";
import { idOutside } from "@wb/ns";
import type { Mount } from "@wb/rootfs";
import type { NamespaceMode } from "./options/namespace-mode.ts";
import type { RunOptions } from "./run-options.ts";

/** The group that terminals belong to. */
const TTY_GROUP = 5;

/** moby's default mounts, oci/defaults.go. */
export function defaultMounts({ privileged, usernsRemap, namespaces: { ipc }, shmSize }: RunOptions): Mount[] {
  const readonly = privileged ? [] : ["ro"];
  const hasTty = usernsRemap.length === 0 || idOutside(usernsRemap, TTY_GROUP) !== undefined;
  return [
    { destination: "/proc", type: "proc", source: "proc", options: ["nosuid", "noexec", "nodev"] },
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
      options: [
        "nosuid",
        "noexec",
        "newinstance",
        "ptmxmode=0666",
        "mode=0620",
        ...(hasTty ? [`gid=${TTY_GROUP}`] : []),
      ],
    },
    { destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", ...readonly] },
    {
      destination: "/sys/fs/cgroup",
      type: "cgroup",
      source: "cgroup",
      options: ["nosuid", "noexec", "nodev", ...readonly],
    },
    ...(ipc?.mode === "host" ? hostIpc() : ownIpc(ipc?.mode, shmSize)),
  ];
}

/** What is in the file systems of the machine's IPC namespace; many a machine has no /dev/mqueue. */
function hostIpc(): Mount[] {
  return ["/dev/mqueue", "/dev/shm"]
    .filter((path) => existsSync(path))
    .map((path) => ({
      destination: path,
      type: "bind",
      source: path,
      options: ["rbind", "nosuid", "noexec", "nodev"],
    }));
}

/** Of its own, or another container's: a message queue is one of a namespace, shared memory one of a mount. */
function ownIpc(mode: NamespaceMode["mode"] | undefined, size = SHM_SIZE): Mount[] {
  const options = ["nosuid", "noexec", "nodev"];
  const mqueue = { destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options };
  if (mode === "none") return [mqueue];
  return [
    mqueue,
    { destination: "/dev/shm", type: "tmpfs", source: "shm", options: [...options, "mode=1777", `size=${size}`] },
  ];
}

/** docker's, 64 MiB. */
const SHM_SIZE = 67_108_864;
