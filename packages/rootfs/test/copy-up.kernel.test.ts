import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { explain } from "@wb/syscall";
import { busyboxRoot, leavesHostUnchanged, requires } from "@wb/testing";
import { expect, test } from "vitest";
import { bind, defaultDev, mount, proc, tmpfs } from "../src/index.ts";
import { mountsIn, outputInContainer } from "./support/container.ts";

leavesHostUnchanged();

const needs = requires("root", "command:busybox", "mount_setattr");

const copied = (...options: string[]) =>
  mount({ destination: "/data", type: "tmpfs", source: "tmpfs", options: ["tmpcopyup", "nosuid", ...options] });

/** All that `stat` and the contents say of what is below a directory. */
const LISTING =
  'cd /$1; find . | sort | while read -r name; do stat -c \'%n %f %u:%g %t:%T %Y\' "$name"; readlink "$name"; done; find . -type f | sort | xargs cat | md5sum';

needs(
  "mount() with tmpcopyup begins with all that it hides: modes, owners, times, links, devices, contents",
  async () => {
    using root = busyboxRoot();
    const data = join(root.path, "data");
    const names = ["deep/deeper/deepest", "empty", "n".repeat(255), "with space", "umlaut-ü"];
    for (const name of names) mkdirSync(join(data, name), { recursive: true });
    for (let index = 0; index < 40; index++)
      writeFileSync(join(data, "deep", `file${index}`), "x".repeat(index * 1000));
    writeFileSync(join(data, "deep/deeper/deepest/large"), "y".repeat(3_000_000));
    writeFileSync(join(data, "suid"), "s");
    symlinkSync("/etc/a/long/target/of/a/link", join(data, "link1"));
    symlinkSync("short", join(data, "link2"));
    const shell = `cd '${data}'; mknod null c 1 3; mknod big b 7 300; mkfifo fifo; chown 3:4 deep empty suid; chown -h 5:6 link1; chmod 6755 suid; chmod 1711 deep; chmod 2750 .; touch -d @1000000000 suid deep/deeper empty; touch -h -d @999999999 link2`;
    execFileSync("sh", ["-c", shell]);
    utimesSync(data, 1_000_000_001, 1_000_000_002);
    const listed = (directory: string) => `set ${directory}; ${LISTING}`;
    const mounts = [proc(), tmpfs("/tmp"), defaultDev(), bind(data, "/original"), copied()];
    const [copy, original] = await Promise.all([
      outputInContainer(root.path, listed("data"), { mounts }),
      outputInContainer(root.path, listed("original"), { mounts }),
    ]);
    expect(copy).toBe(original);
    expect(copy.split("\n").length).toBeGreaterThan(50);
  },
);

needs("mount() with tmpcopyup keeps access control lists and file capabilities", async () => {
  using root = busyboxRoot();
  const data = join(root.path, "data");
  mkdirSync(join(data, "dir"), { recursive: true });
  writeFileSync(join(data, "program"), "");
  writeFileSync(join(data, "shared"), "");
  const acl = "0sAgAAAAEABgD/////AgAGAOgDAAAEAAQA/////xAABgD/////IAAEAP////8=";
  const set = (name: string, value: string, file: string) =>
    execFileSync("setfattr", ["-n", name, "-v", value, join(data, file)]);
  set("security.capability", "0x0100000200040000000000000000000000000000", "program");
  set("system.posix_acl_access", acl, "shared");
  set("system.posix_acl_default", acl, "dir");
  const script = "getfattr -d -m . -h /$1/program /$1/shared /$1/dir 2>/dev/null | sed s,$1,X,";
  const host = ["usr", "lib", "lib64", "bin"].map((name) => bind(`/${name}`, `/${name}`));
  const mounts = [proc(), ...host, bind(data, "/original"), copied()];
  const [copy, original] = await Promise.all([
    outputInContainer(root.path, `set data; ${script}`, { mounts }),
    outputInContainer(root.path, `set original; ${script}`, { mounts }),
  ]);
  expect(copy).toBe(original);
  expect(copy.match(/^[a-z]+\.\w+=/gmu)).toHaveLength(3);
});

needs("mount() with tmpcopyup sees what the container sees, and leaves what it hides alone", async () => {
  using root = busyboxRoot();
  using other = busyboxRoot();
  mkdirSync(join(root.path, "data/inner"), { recursive: true });
  writeFileSync(join(other.path, "of-a-mount"), "text");
  chmodSync(join(root.path, "data"), 0o711);
  const mounts = [proc(), bind(other.path, "/data/inner"), copied("size=64m")];
  const script =
    "cat /data/inner/of-a-mount; echo changed >/data/inner/of-a-mount; stat -c %a /data; grep ' /data ' /proc/self/mountinfo | grep -c 'tmpfs tmpfs'";
  expect(await outputInContainer(root.path, script, { mounts })).toBe("text711\n1");
  expect(execFileSync("cat", [join(other.path, "of-a-mount")], { encoding: "utf8" })).toBe("text");
});

needs("mount() with tmpcopyup and ro is read-only with the copy in it", async () => {
  using root = busyboxRoot();
  mkdirSync(join(root.path, "data"));
  writeFileSync(join(root.path, "data/file"), "text");
  const mounts = [proc(), copied("ro")];
  expect(
    await outputInContainer(root.path, "cat /data/file; touch /data/x 2>/dev/null || echo refused", { mounts }),
  ).toBe("textrefused");
  const seen = (await mountsIn(root.path, { mounts })).find(({ mountPoint }) => mountPoint === "/data");
  expect(seen?.options).toEqual(["ro", "nosuid", "relatime"]);
});

needs("mount() with tmpcopyup says which tmpfs is too small", async () => {
  using root = busyboxRoot();
  mkdirSync(join(root.path, "data"));
  writeFileSync(join(root.path, "data/file"), "x".repeat(200_000));
  await expect(outputInContainer(root.path, "true", { mounts: [copied("size=64k")] })).rejects.toMatchObject({
    code: "ENOSPC",
    step: "mount tmpfs on /data",
  });
});

test("mount() refuses tmpcopyup for what is no tmpfs", () => {
  expect(() => mount({ destination: "/data", type: "proc", options: ["tmpcopyup"] })).toThrow(
    new TypeError("only a tmpfs can have tmpcopyup: /data is none"),
  );
});

test("mount() with tmpcopyup names no path of the copy but by the directory that it was read from", () => {
  expect(explain([copied()])).not.toMatch(/AT_FDCWD/u);
});
