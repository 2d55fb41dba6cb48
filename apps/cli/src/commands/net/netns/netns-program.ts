import { readdirSync, statSync } from "node:fs";
import {
  AT_FDCWD,
  call,
  CLONE,
  ignoring,
  into,
  isErrno,
  MNT,
  MS,
  O,
  type Program,
  type Step,
  step,
  value,
} from "@wb/syscall";
import { warn } from "../../../warn.ts";

/**
 * The Steps of `ip netns exec` before the command: the network namespace, a mount namespace in which /sys is that of it, and the files of
 * /etc/netns/NAME over those of /etc. Of the latter one that has no file to lie over is said, and passed over.
 */
export function netnsProgram(name: string): Program {
  const path = `/run/netns/${name}`;
  return [
    step(
      `enter the network namespace ${name}`,
      [
        into("netns", call("openat", AT_FDCWD, path, O.RDONLY | O.CLOEXEC, 0)),
        call("setns", value("netns"), CLONE.NEWNET),
        call("close", value("netns")),
      ],
      `nsenter --net=${path}`,
    ),
    step(
      "make a mount namespace, whose mounts are seen nowhere else",
      [call("unshare", CLONE.NEWNS), call("mount", "", "/", "none", MS.SLAVE | MS.REC, null)],
      "unshare --mount --propagation slave",
    ),
    mountSys(name),
    ...etcFiles(name).map(({ from, to }) =>
      step(`put ${from} over ${to}`, [call("mount", from, to, "none", MS.BIND, null)], `mount --bind ${from} ${to}`),
    ),
  ];
}

/** A sysfs that is read-only, and cannot be taken away, is shadowed by one that is read-only, too. */
function mountSys(name: string): Step {
  const sysfs = (flags: number) => call("mount", name, "/sys", "sysfs", flags, null);
  return step("mount the /sys of the network namespace", [
    ignoring(call("umount2", "/sys", MNT.DETACH), "EINVAL", "EPERM", "ENOENT"),
    into("mounted", ignoring(sysfs(0), "EPERM")),
    { jump: "mounted", when: { value: "mounted", equals: 0 } },
    sysfs(MS.RDONLY),
    { label: "mounted" },
  ]);
}

interface EtcFile {
  readonly from: string;
  readonly to: string;
}

function etcFiles(name: string): EtcFile[] {
  const directory = `/etc/netns/${name}`;
  return filesIn(directory).flatMap((file): EtcFile[] => {
    const [from, to] = [`${directory}/${file}`, `/etc/${file}`];
    const [source, target] = [isDirectory(from), isDirectory(to)];
    if (source !== undefined && source === target) return [{ from, to }];
    warn(`${from} is not put over ${to}: ${target === undefined ? "there is no such file" : "one is a directory"}`);
    return [];
  });
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory).toSorted();
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
}

/** undefined where there is none. */
function isDirectory(path: string): boolean | undefined {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory();
}
