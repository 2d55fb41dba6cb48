import { escapeLayer } from "@wb/overlay";
import { readMountinfo } from "@wb/rootfs";
import {
  AT,
  AT_FDCWD,
  call,
  ignoring,
  into,
  MOUNT_ATTR,
  mountAttr,
  MOVE_MOUNT,
  MS,
  O,
  OPEN_TREE,
  pointer,
  type Program,
  type Step,
  step,
  value,
} from "@wb/syscall";
import { type RootPart, rootParts } from "./root-parts.ts";

/**
 * A writable copy of a directory whose changes stay in memory, as `throwAwayOverlay` of `@wb/overlay` makes it, for a process in a
 * user namespace: its layers keep their attributes in `user.overlay.*` (Linux 5.11; on a tmpfs 6.6), and what belongs to nobody
 * in the namespace is shown so. The root is its own root's.
 * What is removed by others while it is made is missing in it.
 *
 * @param mountpoint an empty directory
 */
export function rootlessOverlay(
  directory: string,
  mountpoint: string,
  mountPoints: readonly string[] = readMountinfo().map(({ mountPoint }) => mountPoint),
): { readonly steps: Program; readonly merged: string } {
  const merged = `${mountpoint}/merged`;
  const [first, ...rest] = rootParts(directory, mountPoints);
  const room = step(
    "make room in memory for the changes",
    [
      call("mount", "tmpfs", mountpoint, "tmpfs", MS.NODEV | MS.NOSUID, "mode=0755"),
      call("mkdirat", AT_FDCWD, merged, 0o755),
    ],
    `mount -t tmpfs -o nodev,nosuid,mode=0755 tmpfs ${mountpoint} && mkdir ${merged}`,
  );
  const context = { lower: directory === "/" ? "" : directory, mountpoint, merged };
  if (first?.kind === "overlay") return { steps: [room, ...partSteps(context, first, 0).slice(1)], merged };
  const root = step(
    "make the copy's root",
    [call("mount", "tmpfs", merged, "tmpfs", MS.NODEV, "mode=0755")],
    `mount -t tmpfs -o nodev,mode=0755 tmpfs ${merged}`,
  );
  return { steps: [room, root, ...rest.flatMap((part, index) => partSteps(context, part, index + 1))], merged };
}

interface Context {
  readonly lower: string;
  readonly mountpoint: string;
  readonly merged: string;
}

const STEPS: {
  readonly [K in RootPart["kind"]]: (part: Extract<RootPart, { kind: K }>, paths: PartPaths) => Program;
} = {
  overlay: ({ mode }, { target, ...paths }) => [
    makeDirectory(target, mode),
    ...overlayPart({ target, mode, ...paths }),
  ],
  directory: ({ mode }, { target }) => [makeDirectory(target, mode)],
  link: ({ target }, { target: path }) => [
    step(`make ${path}`, [call("symlinkat", target, AT_FDCWD, path)], `ln -s ${target} ${path}`),
  ],
  copy: ({ mode, size }, { source, target }) => [copied(source, target, { mode, size })],
  bind: (_part, { source, target }) => [bound(source, target)],
};

interface PartPaths {
  readonly source: string;
  readonly target: string;
  readonly upper: string;
  readonly work: string;
}

function partSteps({ lower, mountpoint, merged }: Context, part: RootPart, index: number): Program {
  const paths: PartPaths = {
    source: `${lower}${part.path}` === "" ? "/" : `${lower}${part.path}`,
    target: `${merged}${part.path}`,
    upper: `${mountpoint}/upper${index}`,
    work: `${mountpoint}/work${index}`,
  };
  // What goes with the kind is a matter of the table's type, which an index loses.
  const steps = STEPS[part.kind] as (one: RootPart, paths: PartPaths) => Program;
  return steps(part, paths);
}

function overlayPart({ source, target, upper, work, mode }: PartPaths & { readonly mode: number }): Program {
  const options = `lowerdir=${escapeLayer(source)},upperdir=${escapeLayer(upper)},workdir=${escapeLayer(work)},userxattr`;
  return [
    makeDirectory(upper, mode),
    makeDirectory(work, 0o700),
    step(
      `mount an overlay of ${source} on ${target}`,
      [ignoring(call("mount", "overlay", target, "overlay", 0, options), "ENOENT")],
      `mount -t overlay -o ${options} overlay ${target}`,
    ),
  ];
}

/** The umask counts for mkdir(2) alone. */
function makeDirectory(path: string, mode: number): Step {
  return step(
    `make ${path}`,
    [call("mkdirat", AT_FDCWD, path, 0o700), call("fchmodat", AT_FDCWD, path, mode)],
    `mkdir -m ${mode.toString(8)} ${path}`,
  );
}

const NEW = O.WRONLY | O.CREAT | O.EXCL | O.CLOEXEC;

function copied(
  source: string,
  target: string,
  { mode, size }: { readonly mode: number; readonly size: number },
): Step {
  const gone = `gone ${source}`;
  const open = call("openat", AT_FDCWD, source, O.RDONLY | O.NOFOLLOW | O.NONBLOCK | O.CLOEXEC, 0);
  return step(
    `copy ${source}`,
    [
      into("copy", call("openat", AT_FDCWD, target, NEW, 0o600)),
      call("fchmod", value("copy"), mode),
      ...(size === 0
        ? []
        : [
            into("source", ignoring(open, "ENOENT")),
            { jump: gone, when: { value: "source", lessThan: 0 } },
            call("sendfile", value("copy"), value("source"), null, size),
            call("close", value("source")),
            { label: gone },
          ]),
      call("close", value("copy")),
    ],
    `cp ${source} ${target}`,
  );
}

function bound(source: string, target: string): Step {
  const gone = `gone ${source}`;
  const readonly = pointer(mountAttr, { attr_set: MOUNT_ATTR.RDONLY });
  return step(
    `show ${source}, read-only`,
    [
      into("bound", ignoring(call("open_tree", AT_FDCWD, source, OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC), "ENOENT")),
      { jump: gone, when: { value: "bound", lessThan: 0 } },
      into("place", call("openat", AT_FDCWD, target, NEW, 0o600)),
      call("close", value("place")),
      call("mount_setattr", value("bound"), "", AT.EMPTY_PATH, readonly, mountAttr.size),
      call("move_mount", value("bound"), "", AT_FDCWD, target, MOVE_MOUNT.F_EMPTY_PATH),
      call("close", value("bound")),
      { label: gone },
    ],
    `mount -o bind,ro ${source} ${target}`,
  );
}
