/** The options of config.md "Linux mount options", as the kernel shows what became of them. */
import { lstatSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { isSyscallError } from "@wb/syscall";
import { busyboxRoot, leavesHostUnchanged, requires, temporaryDirectory } from "@wb/testing";
import { expect } from "vitest";
import { mountsIn, outputInContainer } from "./support/container.ts";
import { bind, mount, type Mount, mountedAt, proc, symbolicLink, tmpfs } from "./support/options.ts";

leavesHostUnchanged();

const needs = requires("root", "command:busybox", "mount_setattr");

needs.each<[options: string, shown: string, superblock?: string]>([
  ["ro", "ro,relatime"],
  ["ro,rw", "rw,relatime"],
  ["nosuid,nodev,noexec", "rw,nosuid,nodev,noexec,relatime"],
  ["nosuid,suid,nodev,dev", "rw,relatime"],
  ["noatime", "rw,noatime"],
  ["noatime,atime", "rw,relatime"],
  ["strictatime", "rw"],
  ["strictatime,nostrictatime", "rw,relatime"],
  ["nodiratime", "rw,nodiratime,relatime"],
  ["norelatime", "rw,relatime"],
  ["nosymfollow", "rw,relatime,nosymfollow"],
  ["sync", "rw,relatime", "rw,sync"],
  ["sync,async", "rw,relatime", "rw"],
  ["dirsync", "rw,relatime", "rw,dirsync"],
  ["lazytime", "rw,relatime", "rw,lazytime"],
  ["mand,nomand,silent,loud,acl,noacl,iversion,noiversion,defaults", "rw,relatime"],
])("a tmpfs with %s is mounted %s", async (options, shown, superblock) => {
  using root = busyboxRoot();
  const seen = await mountedAt(root.path, { destination: "/mnt", type: "tmpfs", options: options.split(",") });
  expect(seen?.options.join(",")).toBe(shown);
  if (superblock !== undefined) expect(seen?.superOptions.join(",")).toContain(superblock);
});

needs.each([
  ["rro", "ro,relatime", "ro,relatime"],
  ["ro", "ro,relatime", "rw,relatime"],
  ["rro,rrw", "rw,relatime", "rw,relatime"],
  ["rnosuid,rnodev,rnoexec", "rw,nosuid,nodev,noexec,relatime", "rw,nosuid,nodev,noexec,relatime"],
  ["rnoatime,rnodiratime", "rw,noatime,nodiratime", "rw,noatime,nodiratime"],
  ["rstrictatime", "rw", "rw"],
  ["rstrictatime,rrelatime", "rw,relatime", "rw,relatime"],
  ["rnosymfollow", "rw,relatime,nosymfollow", "rw,relatime,nosymfollow"],
])("an rbind with %s is mounted %s, and what is below %s", async (options, above, below) => {
  using root = busyboxRoot();
  const mounts = [
    proc(),
    tmpfs("/tree", { options: [] }),
    tmpfs("/tree/below", { options: [] }),
    mount({ destination: "/mnt", source: join(root.path, "tree"), options: ["rbind", ...options.split(",")] }),
  ];
  const seen = await mountsIn(root.path, { mounts });
  const at = (place: string) => seen.find(({ mountPoint }) => mountPoint === place)?.options.join(",");
  expect([at("/mnt"), at("/mnt/below")]).toEqual([above, below]);
});

// What runc's own tests find of mount(2).
needs.each([
  ["noatime", "bind", "rw,noatime"],
  ["noatime", "bind,dev", "rw,noatime"],
  ["noatime", "bind,atime", "rw,noatime"],
  ["noatime", "bind,norelatime,nostrictatime", "rw,noatime"],
  ["noatime", "bind,relatime", "rw,relatime"],
  ["noatime", "bind,noatime,atime", "rw,noatime"],
  ["noatime", "bind,nodiratime", "rw,nodiratime,relatime"],
  ["noatime", "bind,nodiratime,strictatime", "rw,nodiratime"],
  ["nodiratime", "bind,ro", "ro,nodiratime,relatime"],
  ["nodiratime", "bind,diratime", "rw,nodiratime,relatime"],
  ["nodiratime", "bind,strictatime", "rw"],
])("of a mount with %s one with %s is mounted %s", async (below, options, shown) => {
  using root = busyboxRoot();
  const mounts = [
    proc(),
    tmpfs("/tree", { options: [below] }),
    mount({ destination: "/mnt", source: "/tree", options: options.split(",") }, { sourceInRoot: true }),
  ];
  const seen = await mountsIn(root.path, { mounts });
  expect(seen.find(({ mountPoint }) => mountPoint === "/mnt")?.options.join(",")).toBe(shown);
});

needs("a refused option is named by the error", async () => {
  using root = busyboxRoot();
  const refused = (options: string[]) =>
    mountedAt(root.path, { destination: "/mnt", type: "tmpfs", options }).then(
      () => "mounted",
      (error: unknown) => `${String(error)} ${isSyscallError(error) ? error.hint : ""}`,
    );
  expect(await refused(["rubbish"])).toMatch(/FSCONFIG_SET_FLAG, "rubbish".*has no option "rubbish"/u);
  expect(await refused(["size=much"])).toContain('FSCONFIG_SET_STRING, "size", "much"');
});

needs("the type bind alone is a bind mount", async () => {
  using root = busyboxRoot();
  using data = temporaryDirectory();
  const seen = await mountedAt(root.path, { destination: "/mnt", type: "bind", source: data.path });
  // From the root of its file system, which /tmp may be.
  expect(basename(seen?.root ?? "")).toBe(basename(data.path));
});

needs("remount changes what is mounted, with bind only the mount", async () => {
  using root = busyboxRoot();
  const change = (...options: string[]): Mount => ({ destination: "/mnt", type: "tmpfs", options });
  const mounted = tmpfs("/mnt", { size: "64k", options: ["nosuid"] });
  const after = async (...options: string[]) => {
    const seen = await mountsIn(root.path, { mounts: [proc(), mounted, mount(change("remount", ...options))] });
    return seen.filter(({ mountPoint }) => mountPoint === "/mnt");
  };
  expect(await after("bind", "ro")).toMatchObject([{ options: ["ro", "nosuid", "relatime"] }]);
  expect(await after("size=128k")).toMatchObject([{ superOptions: expect.arrayContaining(["size=128k"]) }]);
  expect(await after("ro")).toMatchObject([
    { options: ["ro", "nosuid", "relatime"], superOptions: expect.arrayContaining(["ro"]) },
  ]);
});

needs("remount needs something that is mounted there", async () => {
  using root = busyboxRoot();
  const at = (destination: string) => mountedAt(root.path, { destination, options: ["remount", "bind", "ro"] });
  await expect(at("/missing")).rejects.toMatchObject({ syscall: "openat2", code: "ENOENT" });
  await expect(at("/etc")).rejects.toMatchObject({ syscall: "mount_setattr", code: "EINVAL" });
});

needs("what is mounted on / is the root, for the mounts after it, too", async () => {
  using root = busyboxRoot();
  using other = busyboxRoot();
  writeFileSync(join(other.path, "which"), "the other");
  const mounts = [
    tmpfs("/run"),
    mount({ destination: "/", source: other.path, options: ["rbind", "ro"] }),
    proc(),
    tmpfs("/tmp"),
  ];
  expect(
    await outputInContainer(root.path, "cat /which; echo; touch /x 2>/dev/null || touch /tmp/x && ls /tmp", { mounts }),
  ).toBe("the other\nx");
});

needs("a source that is a symbolic link is followed, mounted or made again", async () => {
  using root = busyboxRoot();
  using data = temporaryDirectory();
  writeFileSync(join(data.path, "file"), "text");
  const source = join(data.path, "link");
  symlinkSync("file", source);
  const mounts = [
    proc(),
    mount({ destination: "/followed", source, options: ["bind"] }, { kind: "file" }),
    mount({ destination: "/mounted", source, options: ["bind", "src-nofollow"] }, { kind: "file" }),
    symbolicLink("/made/again", "file"),
  ];
  const script = "cat /followed; for name in mounted made/again; do echo; readlink -n /$name; done";
  expect(await outputInContainer(root.path, script, { mounts })).toBe("text\nfile\nfile");
});

needs("dest-nofollow mounts on a symbolic link itself", async () => {
  using root = busyboxRoot();
  using data = temporaryDirectory();
  writeFileSync(join(data.path, "file"), "text");
  symlinkSync("/etc/passwd", join(root.path, "name"));
  const wanted = { destination: "/name", source: join(data.path, "file"), options: ["bind", "dest-nofollow"] };
  const mounts = [proc(), mount(wanted, { kind: "file" })];
  expect(await outputInContainer(root.path, "cat /name; grep -c text /etc/passwd || true", { mounts })).toBe("text0");
});

needs("a destination is made with mode 755 below directories that are made, whatever the umask", async () => {
  using root = busyboxRoot();
  using data = temporaryDirectory();
  mkdirSync(join(data.path, "dir"));
  await outputInContainer(root.path, "true", {
    mounts: [bind(join(data.path, "dir"), "a/b/c"), bind("/etc/hosts", "/a/f", { kind: "file" })],
  });
  const modes = ["a", "a/b", "a/b/c", "a/f"].map((name) => (lstatSync(join(root.path, name)).mode & 0o777).toString(8));
  expect(modes).toEqual(["755", "755", "755", "644"]);
});
