import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requires, temporaryDirectory } from "@wb/testing";
import { describe, expect } from "vitest";
import {
  type Step,
  AT,
  AT_FDCWD,
  CLONE,
  MOUNT_ATTR,
  MOVE_MOUNT,
  MS,
  OPEN_TREE,
  call,
  into,
  isSyscallError,
  mountAttr,
  pointer,
  run,
  spawn,
  step,
  tell,
  value,
} from "../src/index.ts";
import { capture, exit, finish, waitForever } from "./support/children.ts";
import { becomeRoot, captureStages, startStages, successor, waitForParent, writeIdMaps } from "./support/stages.ts";

const MAP = "0 100000 65536";

describe("a mount that the parent prepares", () => {
  requires(
    "root",
    "mount_setattr",
    "overlay",
    "kernel>=6.3",
  )("with other ids is what a new user namespace can lay an overlay on", async () => {
    using directory = temporaryDirectory();
    const lower = join(directory.path, "lower");
    for (const name of ["lower", "lower/dir", "mnt"]) mkdirSync(join(directory.path, name), { mode: 0o755 });
    for (const path of [directory.path, lower, join(directory.path, "mnt")]) chmodSync(path, 0o755);
    writeFileSync(join(lower, "file"), "of root\n", { mode: 0o600 });

    await using holder = await startStages(
      [step("namespace", [call("unshare", CLONE.NEWUSER)]), ...waitForParent, tell("ready"), waitForever],
      { onWaiting: (pid) => writeIdMaps(pid, MAP) },
    );
    const userns = openSync(`/proc/${holder.pid}/ns/user`, "r");
    const tree = run([
      step("clone the lower tree with the ids of the namespace", [
        into("tree", call("open_tree", AT_FDCWD, lower, OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC)),
        call(
          "mount_setattr",
          value("tree"),
          "",
          AT.EMPTY_PATH,
          pointer(mountAttr, { attr_set: MOUNT_ATTR.IDMAP, userns_fd: userns }),
          mountAttr.size,
        ),
      ]),
    ]).number("tree");
    closeSync(userns);

    const mnt = join(directory.path, "mnt");
    const overlay: Step = step("mount an overlay on it", [
      call("mount", "none", mnt, "tmpfs", 0, "mode=755"),
      ...["lower", "upper", "work", "merged"].map((name) => call("mkdirat", AT_FDCWD, `${mnt}/${name}`, 0o755)),
      call("move_mount", value("tree"), "", AT_FDCWD, `${mnt}/lower`, MOVE_MOUNT.F_EMPTY_PATH),
      call(
        "mount",
        "overlay",
        `${mnt}/merged`,
        "overlay",
        0,
        `lowerdir=${mnt}/lower,upperdir=${mnt}/upper,workdir=${mnt}/work,userxattr`,
      ),
    ]);
    const script = `cd ${mnt}/merged && stat -c '%u %g' file dir && cat file && echo changed >> file && stat -c '%u' file && rmdir dir && ls`;
    const setup = [
      step("namespace", [call("unshare", CLONE.NEWUSER)]),
      ...waitForParent,
      becomeRoot,
      ...successor(CLONE.NEWNS),
      overlay,
    ];
    const { stdout, status } = await captureStages(setup, ["/bin/sh", "-c", script], {
      inherit: [tree],
      inputs: { tree },
      onWaiting: (pid) => writeIdMaps(pid, MAP),
    });
    closeSync(tree);
    expect(stdout).toBe("0 0\n0 0\nof root\n0\nfile\n");
    expect(status.code).toBe(0);
    expect(readFileSync(join(lower, "file"), "utf8")).toBe("of root\n");
  });

  requires("root", "userns")("without other ids belongs to nobody there", async () => {
    using directory = temporaryDirectory();
    chmodSync(directory.path, 0o755);
    writeFileSync(join(directory.path, "file"), "");
    const setup = [step("namespace", [call("unshare", CLONE.NEWUSER)]), ...waitForParent, becomeRoot];
    const { stdout } = await captureStages(setup, ["/bin/stat", "-c", "%u", join(directory.path, "file")], {
      onWaiting: (pid) => writeIdMaps(pid, MAP),
    });
    expect(stdout).toBe("65534\n");
  });
});

describe("overlays", () => {
  /** A Step that mounts an overlay named `name`, in a tmpfs, on a lower directory. */
  function overlay(base: string, name: string, lower: string, upper = `${base}/${name}`): Step {
    const directories = ["", "/upper", "/work", "/merged"].map((directory) =>
      call("mkdirat", AT_FDCWD, `${base}/${name}${directory}`, 0o755),
    );
    const own =
      upper === `${base}/${name}`
        ? []
        : ["/upper", "/work"].map((directory) => call("mkdirat", AT_FDCWD, `${upper}${directory}`, 0o755));
    const options = `lowerdir=${lower},upperdir=${upper}/upper,workdir=${upper}/work`;
    return step(`mount ${name}`, [
      ...directories,
      ...own,
      call("mount", "overlay", `${base}/${name}/merged`, "overlay", 0, options),
    ]);
  }

  function begin(base: string): Step {
    return step("begin", [
      call("mount", null, "/", null, MS.REC | MS.PRIVATE, null),
      call("mount", "none", base, "tmpfs", 0, null),
      call("mkdirat", AT_FDCWD, `${base}/lower`, 0o755),
    ]);
  }

  requires("root", "overlay")("nest twice, and are refused at the third level, with a hint", async () => {
    using directory = temporaryDirectory();
    const base = directory.path;
    const steps = [begin(base), overlay(base, "one", `${base}/lower`), overlay(base, "two", `${base}/one/merged`)];
    expect((await finish(spawn([...steps, exit(0)], { flags: CLONE.NEWNS }))).status.code).toBe(0);
    const third = overlay(base, "three", `${base}/two/merged`);
    const failed = finish(spawn([...steps, third, exit(0)], { flags: CLONE.NEWNS }));
    await expect(failed).rejects.toMatchObject({
      code: "EINVAL",
      syscall: "mount",
      step: "mount three",
      hint: expect.stringContaining("overlay refuses a layer that is itself an overlay on an overlay"),
    });
  });

  requires("root", "overlay")("have no upper directory on an overlay", async () => {
    using directory = temporaryDirectory();
    const base = directory.path;
    const steps = [
      begin(base),
      overlay(base, "one", `${base}/lower`),
      overlay(base, "two", `${base}/lower`, `${base}/one/merged`),
    ];
    await expect(finish(spawn([...steps, exit(0)], { flags: CLONE.NEWNS }))).rejects.toSatisfy(
      (error) => isSyscallError(error) && error.code === "EINVAL" && error.step === "mount two",
    );
  });

  requires("root", "overlay")("of a process's own mount namespace are gone with it", async () => {
    using directory = temporaryDirectory();
    const base = directory.path;
    const { stdout } = await capture(
      [begin(base), overlay(base, "one", `${base}/lower`)],
      ["/bin/grep", "-c", base, "/proc/self/mounts"],
      { flags: CLONE.NEWNS },
    );
    expect(stdout).toBe("2\n");
    expect(readFileSync("/proc/self/mounts", "utf8")).not.toContain(base);
  });
});
