import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type NsProcess, spawn } from "@wb/ns";
import { AT_FDCWD, call, CLONE, into, MS, O, type Step, step, value } from "@wb/syscall";
import { busyboxRoot, leavesHostUnchanged, requires, temporaryDirectory } from "@wb/testing";
import { expect } from "vitest";
import {
  bind,
  finalPropagation,
  mount,
  moveRoot,
  openRoot,
  parseMountinfo,
  pivotRoot,
  proc,
  readMountinfo,
  type RootPropagation,
  startPropagation,
} from "../src/index.ts";
import { outputOfShell } from "./support/container.ts";

leavesHostUnchanged();

const needs = requires("root", "command:busybox", "mount_setattr");

/** A process in a mount namespace with a shared tmpfs, which is the "host" that a container's is copied from. */
function host(shared: string): Promise<NsProcess> {
  const setup = [
    step("be the host", [
      call("mount", null, "/", null, MS.REC | MS.PRIVATE, null),
      call("mount", "tmpfs", shared, "tmpfs", 0, null),
      call("mount", null, shared, null, MS.SHARED, null),
      call("mkdirat", AT_FDCWD, `${shared}/source`, 0o755),
    ]),
  ];
  return spawn(["sleep", "600"], { namespaces: ["mount"], setup, stdio: "ignore" });
}

function copyOf({ pid }: NsProcess): Step {
  return step("a copy of the host's mount namespace", [
    into("host", call("openat", AT_FDCWD, `/proc/${pid}/ns/mnt`, O.RDONLY | O.CLOEXEC, 0)),
    call("setns", value("host"), CLONE.NEWNS),
    call("unshare", CLONE.NEWNS),
  ]);
}

async function mountsWith(propagation: RootPropagation, ...words: string[]) {
  using root = busyboxRoot();
  using shared = temporaryDirectory();
  await using machine = await host(shared.path);
  mkdirSync(join(root.path, "data"));
  const setup = [
    copyOf(machine),
    startPropagation(propagation, root.path),
    openRoot(root.path, { isolated: true }),
    proc(),
    mount({ destination: "/data", source: `${shared.path}/source`, options: ["rbind", ...words] }),
    pivotRoot(),
    finalPropagation(propagation),
  ];
  const seen = parseMountinfo(await outputOfShell("cat /proc/self/mountinfo", { setup }));
  const fields = (place: string) =>
    seen.find(({ mountPoint }) => mountPoint === place)?.optionalFields.map((field) => field.replace(/:\d+/u, ""));
  return [fields("/"), fields("/data"), fields("/proc")];
}

needs.each<[RootPropagation, string[], string[][]]>([
  ["private", [], [[], [], []]],
  ["slave", [], [[], ["master"], []]],
  ["slave", ["rslave"], [[], ["master"], []]],
  ["slave", ["rprivate"], [[], [], []]],
  ["slave", ["rshared"], [[], ["shared", "master"], []]],
  ["shared", [], [["shared"], ["shared"], []]],
  ["shared", ["rslave"], [["shared"], ["master"], []]],
  ["shared", ["private"], [["shared"], [], []]],
  ["unbindable", ["unbindable"], [["unbindable"], ["unbindable"], []]],
  ["slave", ["private", "shared"], [[], ["shared"], []]],
])("with a %s root a bind mount with %j has the propagation that findmnt shows", async (propagation, words, shown) => {
  expect(await mountsWith(propagation, ...words)).toEqual(shown);
});

needs("a container whose root is shared leaves nothing on the host", async () => {
  using root = busyboxRoot();
  const before = readMountinfo().map(({ mountPoint }) => mountPoint);
  await outputOfShell("true", {
    setup: [
      startPropagation("shared", root.path),
      openRoot(root.path, { isolated: true }),
      proc(),
      pivotRoot(),
      finalPropagation("shared"),
    ],
  });
  expect(
    readMountinfo().filter(({ mountPoint }) => !before.includes(mountPoint) && mountPoint.startsWith(root.path)),
  ).toEqual([]);
});

needs.each([
  ["pivotRoot()", () => pivotRoot()],
  ["moveRoot()", () => moveRoot(readMountinfo(), "/nowhere")],
])("%s of a container whose root is shared takes no mount of the host with the old root", async (_, change) => {
  using root = busyboxRoot();
  using shared = temporaryDirectory();
  await using machine = await host(shared.path);
  const mountsOfHost = () =>
    parseMountinfo(readFileSync(`/proc/${machine.pid}/mountinfo`, "utf8")).map(({ mountPoint }) => mountPoint);
  const setup = [
    copyOf(machine),
    step("mount on what is shared", [call("mount", "proc", `${shared.path}/source`, "proc", 0, null)]),
    startPropagation("shared", root.path),
    openRoot(root.path, { isolated: true }),
    proc(),
    change(),
    finalPropagation("shared"),
  ];
  await outputOfShell("true", { setup });
  expect(mountsOfHost()).toContain(`${shared.path}/source`);
});

needs("moveRoot() changes the root without pivot_root, and takes the host's procfs and sysfs away", async () => {
  using root = busyboxRoot();
  const setup = [
    startPropagation("private", root.path),
    openRoot(root.path),
    proc(),
    bind("/usr", "/usr", { readonly: true }),
    moveRoot(readMountinfo(), root.path),
  ];
  const output = await outputOfShell("ls -d /bin /usr; ls /; cat /proc/self/mountinfo", { setup });
  expect(output).toContain("/bin");
  const seen = parseMountinfo(
    output
      .split("\n")
      .filter((line) => line.includes(" - "))
      .join("\n"),
  );
  expect(seen.filter(({ type }) => type === "proc" || type === "sysfs").map(({ mountPoint }) => mountPoint)).toEqual([
    "/proc",
  ]);
});
