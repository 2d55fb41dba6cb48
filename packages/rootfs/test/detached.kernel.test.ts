import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createUserNamespace, spawn } from "@wb/ns";
import { AT_FDCWD, call, CLONE, closeFd, into, OPEN_TREE, step, userSteps, value } from "@wb/syscall";
import { busyboxRoot, leavesHostUnchanged, requires, temporaryDirectory } from "@wb/testing";
import { expect } from "vitest";
import {
  attachMount,
  detachedDev,
  detachedMount,
  idmap,
  type Mount,
  openRoot,
  pivotRoot,
  privatePropagation,
  proc,
} from "../src/index.ts";

leavesHostUnchanged();

const needs = requires("root", "init_userns", "command:busybox", "mount_setattr");

const ids = [{ inside: 0, outside: 100_000, count: 65_536 }];

needs("what a user namespace may not mount is made outside of it, and attached inside", async () => {
  using root = busyboxRoot();
  using data = temporaryDirectory();
  chmodSync(data.path, 0o755);
  writeFileSync(join(data.path, "file"), "text\n");
  const bind: Mount = { destination: "/data", source: data.path, options: ["bind", "ro", "rprivate"] };
  const enterUserNamespace = [
    step("enter the user namespace", [call("setns", value("user namespace"), CLONE.NEWUSER)]),
    ...userSteps({ uid: 0, gid: 0 }),
  ];
  const userNamespace = createUserNamespace({ uidMap: ids, gidMap: ids });
  try {
    const script = `stat -c '%n %u %a' /dev/null /dev /dev/fd /made; cat /data/file; touch /data/x || touch /made2
      mknod /null c 1 3 || echo 1 >/dev/null && head -c3 /dev/zero | wc -c; ls /proc/self/fd | wc -l`;
    const child = await spawn(["/bin/sh", "-c", script], {
      namespaces: ["mount", "pid"],
      before: [
        step("make a mount namespace", [call("unshare", CLONE.NEWNS)]),
        privatePropagation(),
        step("bind the root", [into("tree", call("open_tree", AT_FDCWD, root.path, OPEN_TREE.CLONE))]),
        idmap("tree", value("user namespace")),
        step("mount it", [
          call("move_mount", value("tree"), "", AT_FDCWD, root.path, 4),
          call("chdir", root.path),
          call("close", value("tree")),
        ]),
        detachedDev("dev", undefined, { uid: 100_000, gid: 100_000 }),
        detachedMount("data", bind),
        ...enterUserNamespace,
      ],
      setup: [
        openRoot("."),
        proc(),
        attachMount("dev", { destination: "/dev" }),
        attachMount("data", bind),
        step("make a file", [call("mknodat", AT_FDCWD, "made", 0o100644, 0)]),
        pivotRoot(),
      ],
      inputs: { "user namespace": userNamespace },
      inherit: [userNamespace],
      stdio: ["ignore", "pipe", "ignore"],
      env: { PATH: "/bin" },
    });
    const parts: Buffer[] = [];
    for await (const part of child.stdout!) parts.push(part as Buffer);
    await child.wait();
    expect(Buffer.concat(parts).toString().split("\n")).toEqual([
      "/dev/null 0 666",
      "/dev 0 755",
      "/dev/fd 0 777",
      "/made 0 644",
      "text",
      "3",
      // stdin, stdout, stderr and the directory itself.
      "4",
      "",
    ]);
  } finally {
    closeFd(userNamespace);
  }
});

needs("idmap() translates owners both ways, and says EINVAL where the file system cannot", async () => {
  using directory = temporaryDirectory();
  mkdirSync(join(directory.path, "theirs"));
  chownSync(join(directory.path, "theirs"), 7, 8);
  const userNamespace = createUserNamespace({ uidMap: ids, gidMap: ids });
  const seen = async (path: string, script: string): Promise<string> => {
    const child = await spawn(["sh", "-c", script], {
      namespaces: ["mount"],
      setup: [
        privatePropagation(),
        step("copy the mount", [into("tree", call("open_tree", AT_FDCWD, path, OPEN_TREE.CLONE))]),
        idmap("tree", value("user namespace")),
        step("mount it", [call("move_mount", value("tree"), "", AT_FDCWD, path, 4)]),
      ],
      inputs: { "user namespace": userNamespace },
      inherit: [userNamespace],
      cwd: "/",
      stdio: ["ignore", "pipe", "inherit"],
    });
    const parts: Buffer[] = [];
    for await (const part of child.stdout!) parts.push(part as Buffer);
    await child.wait();
    return Buffer.concat(parts).toString();
  };
  try {
    const script = `stat -c %u:%g ${directory.path} ${directory.path}/theirs`;
    expect(await seen(directory.path, script)).toBe("100000:100000\n100007:100008\n");
    await expect(seen("/proc", "true")).rejects.toMatchObject({
      syscall: "mount_setattr",
      code: "EINVAL",
      hint: expect.stringContaining("no ID-mapped mounts") as unknown,
    });
  } finally {
    closeFd(userNamespace);
  }
});
