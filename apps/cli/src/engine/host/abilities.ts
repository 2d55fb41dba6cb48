import { accessSync, constants } from "node:fs";
import { hierarchyId, type Layout } from "@wb/cgroup";
import { createUserNamespace, type Namespace, NAMESPACES, namespaceFlags } from "@wb/ns";
import { throwAwayOverlay } from "@wb/overlay";
import { idmap } from "@wb/rootfs";
import { AT_FDCWD, call, closeFd, FSCONFIG, FSOPEN, into, O, OPEN_TREE, runInChild, step, value } from "@wb/syscall";
import { UserError } from "../../user-error.ts";
import { findInit } from "../init-program.ts";
import { inOwnMounts, probe, type Probed } from "./probe.ts";

/** Something that wb does, and whether it can here. */
export interface Ability extends Probed {
  readonly name: string;
}

/** Tries what wb's commands need of the machine. Nothing is left of the attempts. */
export function abilities(layout: Layout): Ability[] {
  return [
    { name: "containers (wb run)", ...probe(tryRun) },
    ...(Object.keys(NAMESPACES) as Namespace[]).map((kind) => ({
      name: `${kind} namespaces`,
      ...probe(() => tryNamespace(kind)),
    })),
    { name: "a copy of this machine (--rootfs /:O)", ...probe(() => inOwnMounts(throwAwayOverlay("/", PLACE).steps)) },
    { name: "ID-mapped mounts of / (--userns-remap)", ...probe(tryIdmap) },
    { name: "disk images (--rootfs FILE)", ...probe(tryLoop) },
    { name: "terminals of a container's own (-t)", ...probe(tryDevpts) },
    { name: "an init (--init)", ...probe(findInit) },
    ...["memory", "cpu", "pids"].map((controller) => ({
      name: `limits of ${controller}`,
      ...probe(() => tryController(layout, controller)),
    })),
  ];
}

/**
 * How many overlays fit on / , one on the other: the kernel allows two file systems on a third, and / may be one of them.
 * FILESYSTEM_MAX_STACK_DEPTH, linux/fs.h.
 */
export function overlayDepth(): number {
  let depth = 0;
  while (depth < MOST_OVERLAYS && probe(() => inOwnMounts(stacked(depth + 1))).works) depth += 1;
  return depth;
}

const MOST_OVERLAYS = 8;

/** Where the attempts mount, each in its own mount namespace. */
const PLACE = "/tmp";

function stacked(count: number) {
  const places = Array.from({ length: count }, (_, index) => `${PLACE}/${index}`);
  let lower = "/";
  const overlays = places.flatMap((place) => {
    const { steps, merged } = throwAwayOverlay(lower, place);
    lower = merged;
    return steps;
  });
  return [
    step("make room", [
      call("mount", "tmpfs", PLACE, "tmpfs", 0, null),
      ...places.map((place) => call("mkdirat", AT_FDCWD, place, 0o755)),
    ]),
    ...overlays,
  ];
}

function tryRun(): void {
  if (process.geteuid?.() !== 0) throw new UserError("this user is not root", { hint: "sudo wb run …" });
  inOwnMounts([]);
}

/** An ordinary user has each kind in a user namespace. */
function tryNamespace(kind: Namespace): void {
  const kinds: Namespace[] = process.geteuid?.() === 0 || kind === "user" ? [kind] : ["user", kind];
  runInChild([
    step(`make ${kind === "user" ? "a" : `a ${kind} and a`} namespace`, [call("unshare", namespaceFlags(kinds))]),
  ]);
}

function tryIdmap(): void {
  const map = [{ inside: 0, outside: 100_000, count: 1 }];
  const userNamespace = createUserNamespace({ uidMap: map, gidMap: map });
  try {
    runInChild(
      [
        step("copy the mount of /", [
          into("tree", call("open_tree", AT_FDCWD, "/", OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC)),
        ]),
        idmap("tree", value("user namespace")),
        step("let go of it", [call("close", value("tree"))]),
      ],
      { inputs: { "user namespace": userNamespace } },
    );
  } finally {
    closeFd(userNamespace);
  }
}

function tryLoop(): void {
  runInChild([
    step("open the control of loop devices", [
      into("control", call("openat", AT_FDCWD, "/dev/loop-control", O.RDWR | O.CLOEXEC, 0)),
      call("close", value("control")),
    ]),
  ]);
}

function tryDevpts(): void {
  inOwnMounts([
    step("make a devpts instance", [
      into("fs", call("fsopen", "devpts", FSOPEN.CLOEXEC)),
      call("fsconfig", value("fs"), FSCONFIG.SET_FLAG, "newinstance", null, 0),
      call("fsconfig", value("fs"), FSCONFIG.CMD_CREATE, null, null, 0),
      call("close", value("fs")),
    ]),
  ]);
}

function tryController({ hierarchies, disabled }: Layout, controller: string): void {
  const hierarchy = hierarchies.find(({ controllers }) => controllers.includes(controller));
  if (hierarchy === undefined) {
    throw new UserError(`no mounted cgroup hierarchy has the controller ${controller}`, {
      hint: disabled.includes(controller)
        ? `boot without cgroup_disable=${controller}`
        : "mount cgroup2 on /sys/fs/cgroup",
    });
  }
  try {
    accessSync(hierarchy.mountpoint, constants.W_OK);
  } catch (cause) {
    throw new UserError(`${hierarchy.mountpoint} (${hierarchyId(hierarchy)}) cannot be written`, {
      hint: process.geteuid?.() === 0 ? "mount it read-write" : "this needs root",
      cause,
    });
  }
}
