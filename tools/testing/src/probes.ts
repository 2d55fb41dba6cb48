import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, readlinkSync } from "node:fs";
import { release } from "node:os";
import { delimiter, join } from "node:path";
import { nobody } from "./as-nobody.ts";
import { cgroupMounts } from "./cgroup-mounts.ts";

/** undefined: the machine can do it; a string: why it cannot. */
type Answer = string | undefined;

/** The words without an argument. */
export type Flag =
  | "apparmor"
  | "arm64"
  | "cgroup2_tree"
  | "cgroup_hybrid"
  | "cgroup_v1"
  | "cgroup_v2"
  | "clone3"
  | "containerd"
  | "dockerd"
  | "fsopen"
  | "idmapped_root"
  | "init_cgroupns"
  | "init_pidns"
  | "init_userns"
  | "mount_setattr"
  | "netns"
  | "no_security_labels"
  | "openat2"
  | "overlay"
  | "pidfd"
  | "podman"
  | "psi"
  | "realtime"
  | "root"
  | "seccomp"
  | "systemd"
  | "timens"
  | "unsafe"
  | "userns"
  | "x64";

/** What stands before the argument in the words that take one. */
export type Family = "cgroup_controller:" | "command:" | "kernel>=" | "landlock>=" | "link_kind:";

/** One row for each word without an argument. A probe does the thing itself wherever that leaves nothing behind. */
export const flags: Readonly<Record<Flag, () => Answer>> = {
  arm64: () => architecture("arm64"),
  x64: () => architecture("x64"),

  root: () => {
    if (process.geteuid?.() !== 0) return `uid is ${process.geteuid?.()}`;
    return hasCapability(CAP_SYS_ADMIN) ? undefined : "uid is 0, but without CAP_SYS_ADMIN";
  },
  // linux/proc_ns.h, PROC_CGROUP_INIT_INO. Outside of it the kernel makes no v1 hierarchy.
  init_cgroupns: () => {
    const own = readlinkSync("/proc/self/ns/cgroup");
    return own === "cgroup:[4026531835]" ? undefined : `this process is in ${own}`;
  },
  // linux/proc_ns.h, PROC_PID_INIT_INO. Outside of it /proc/locks has no locks that a process took which has ended.
  init_pidns: () => {
    const own = readlinkSync("/proc/self/ns/pid");
    return own === "pid:[4026531836]" ? undefined : `this process is in ${own}`;
  },
  init_userns: () => {
    const map = readFileSync("/proc/self/uid_map", "utf8").trim().split(/\s+/).join(" ");
    return map === "0 0 4294967295" ? undefined : `uid_map is ${map}`;
  },
  // An overlay may be the lower layer of another one, but is the one file system of a root that has no ID-mapped mounts.
  idmapped_root: () => {
    const { stdout } = spawnSync("stat", ["--file-system", "--format=%T", "/"], { encoding: "utf8" });
    return stdout.trim() === "overlayfs" ? "/ is an overlay" : undefined;
  },
  userns: () => tryCommand([...asOrdinaryUser(), "unshare", "--user", "--map-root-user", "true"]),
  netns: () => tryCommand([...unshare(), "--net", "true"]),
  timens: () => tryCommand([...unshare(), "--time", "true"]),
  overlay: () => tryCommand([...unshare(), "--mount", "sh", "-c", tryOverlay]),

  psi: () => {
    try {
      readFileSync("/proc/pressure/cpu");
      return undefined;
    } catch (error) {
      return `/proc/pressure/cpu: ${String(error)}`;
    }
  },
  cgroup_v1: () => (v1Controllers().length > 0 ? undefined : "no v1 controller is mounted"),
  cgroup_v2: () => {
    const missing = ["cpu", "memory", "pids"].filter((name) => !v2Controllers().includes(name));
    return missing.length === 0 ? undefined : `no cgroup2 tree has the controller ${missing.join(", ")}`;
  },
  cgroup2_tree: () =>
    cgroupMounts().some(({ version }) => version === 2) ? undefined : "no cgroup2 file system is mounted",
  cgroup_hybrid: () => {
    if (v1Controllers().length === 0) return "no v1 controller is mounted";
    return cgroupMounts().some(({ version }) => version === 2) ? undefined : "no cgroup2 file system is mounted";
  },

  // Numbers from 424 on are the same on every architecture. The arguments are such that a kernel which has the call refuses them.
  clone3: () => trySyscall(435, "0, 0"),
  fsopen: () => trySyscall(430, "0, 0xffff"),
  mount_setattr: () => trySyscall(442, "-1, 0, 0, 0, 0"),
  openat2: () => trySyscall(437, "-1, 0, 0, 0"),
  pidfd: () => trySyscall(434, "-1, 0"),
  seccomp: () =>
    existsSync("/proc/sys/kernel/seccomp/actions_avail")
      ? undefined
      : "/proc/sys/kernel/seccomp/actions_avail does not exist",

  // Engines, each with what it starts containers by. None of them has to run: tests start their own.
  containerd: () => missingPrograms("containerd", "containerd-shim-runc-v2", "ctr"),
  dockerd: () => missingPrograms("dockerd", "docker", "containerd", "containerd-shim-runc-v2"),
  podman: () => missingPrograms("podman", "conmon"),

  // Not in a group of v1's cpu controller, which begins without time for it (cpu.rt_runtime_us).
  realtime: () => tryCommand(["chrt", "--fifo", "10", "true"]),
  apparmor: () => (isActive("apparmor") ? undefined : "no AppArmor"),
  no_security_labels: () => ["apparmor", "selinux"].filter(isActive).map((name) => `${name} is active`)[0],

  // As sd_booted(3).
  systemd: () => (existsSync("/run/systemd/system") ? undefined : "systemd is not process 1"),

  unsafe: () =>
    process.env["WB_TEST_UNSAFE"] === "1" ? undefined : "changes the machine itself; WB_TEST_UNSAFE=1 allows it",
};

/** One row for each word with an argument. */
export const families: Readonly<Record<Family, (argument: string) => Answer>> = {
  "cgroup_controller:": (name) => {
    const available = [...v1Controllers(), ...v2Controllers()];
    return available.includes(name) ? undefined : `available: ${available.join(" ") || "none"}`;
  },
  "command:": (name) => (findCommand(name) ? undefined : "not found in PATH"),
  "kernel>=": (wanted) => {
    const [major = 0, minor = 0] = release()
      .split(".")
      .map((part) => Number.parseInt(part, 10));
    const [wantedMajor = 0, wantedMinor = 0] = wanted.split(".").map(Number);
    return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)
      ? undefined
      : `this is Linux ${release()}`;
  },
  "landlock>=": (wanted) => {
    const abi = perl("print syscall(444, 0, 0, 1)");
    return Number(abi) >= Number(wanted) ? undefined : `the kernel's Landlock ABI is ${abi}`;
  },
  // As `ip link` calls them, with what a kind cannot do without.
  "link_kind:": (kind) =>
    tryCommand([
      ...unshare(),
      "--net",
      "sh",
      "-c",
      `ip link add base type veth && ip link add link base type ${kind} ${linkOptions[kind] ?? ""}`,
    ]),
};

const linkOptions: Readonly<Record<string, string>> = { vlan: "id 5", vxlan: "id 7 dstport 4789" };

const tryOverlay = [
  "mount -t tmpfs tmpfs /tmp",
  "mkdir /tmp/lower /tmp/upper /tmp/work /tmp/merged",
  "mount -t overlay overlay -o lowerdir=/tmp/lower,upperdir=/tmp/upper,workdir=/tmp/work /tmp/merged",
].join(" && ");

const CAP_SYS_ADMIN = 21n;

function hasCapability(bit: bigint): boolean {
  const effective = /^CapEff:\s*(\w+)$/mu.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
  return ((BigInt(`0x${effective}`) >> bit) & 1n) === 1n;
}

function architecture(name: string): Answer {
  return process.arch === name ? undefined : `this is ${process.arch}`;
}

function asOrdinaryUser(): readonly string[] {
  return process.geteuid?.() === 0 ? nobody : [];
}

function unshare(): readonly string[] {
  return process.geteuid?.() === 0 ? ["unshare"] : ["unshare", "--user", "--map-root-user"];
}

function v1Controllers(): string[] {
  return cgroupMounts().flatMap(({ version, controllers }) => (version === 1 ? controllers : []));
}

function v2Controllers(): string[] {
  return cgroupMounts().flatMap(({ version, controllers }) => (version === 2 ? controllers : []));
}

function tryCommand(argv: readonly string[]): Answer {
  const [command = "", ...args] = argv;
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8", cwd: "/" });
  if (error) return error.message;
  return status === 0 ? undefined : stderr.trim().split("\n").at(-1) || `${argv.join(" ")} exited with ${status}`;
}

/** Makes a system call through Perl, which Debian always has, so that no probe depends on the code under test. */
function trySyscall(number: number, args: string): Answer {
  const errno = perl(`syscall(${number}, ${args}); print 0 + $!`);
  if (errno === ENOSYS) return "the kernel does not have it (ENOSYS)";
  // Every one of these calls is open to ordinary users or checks CAP_SYS_ADMIN first; as root EPERM is a seccomp filter's.
  return errno === EPERM && process.geteuid?.() === 0 ? "it is filtered (EPERM)" : undefined;
}

const EPERM = "1";
const ENOSYS = "38";

function perl(program: string): string {
  const { stdout, error } = spawnSync("perl", ["-e", program], { encoding: "utf8" });
  if (error) throw error;
  return stdout;
}

function missingPrograms(...names: readonly string[]): Answer {
  const missing = names.filter((name) => findCommand(name) === undefined);
  return missing.length === 0 ? undefined : `not found in PATH: ${missing.join(", ")}`;
}

function findCommand(name: string): string | undefined {
  const places = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin", "/sbin"];
  return places.map((place) => join(place, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether a security module decides on this machine, by the kernel's own files. */
function isActive(name: string): boolean {
  if (name === "selinux") return existsSync("/sys/fs/selinux/enforce");
  const parameter = `/sys/module/${name}/parameters/enabled`;
  return existsSync(parameter) && readFileSync(parameter, "utf8").startsWith("Y");
}
