import { closeSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AT_FDCWD, call, CLONE, explain, MOVE_MOUNT, MS, spawn, step, type SyscallError, waitFor } from "@wb/syscall";
import { leavesHostUnchanged, output, requires, temporaryDirectory } from "@wb/testing";
import { describe, expect, test, vi } from "vitest";
import { attachDiskImage, type DiskImageType, diskImageSteps } from "../src/index.ts";
import { start } from "./support/small-disk.ts";

const makers: Readonly<Record<DiskImageType, (image: string, tree: string) => string[]>> = {
  ext4: (image, tree) => ["mkfs.ext4", "-q", "-d", tree, image],
  squashfs: (image, tree) => ["mksquashfs", tree, image, "-quiet", "-no-progress", "-noappend"],
  erofs: (image, tree) => ["mkfs.erofs", "--quiet", image, tree],
};

const COMMANDS = { ext4: "mkfs.ext4", squashfs: "mksquashfs", erofs: "mkfs.erofs" } as const;

function makeImage(directory: string, type: DiskImageType): string {
  const [tree, image] = [join(directory, "tree"), join(directory, `image.${type}`)];
  mkdirSync(tree, { recursive: true });
  writeFileSync(join(tree, "hello"), "from the image");
  writeFileSync(image, "");
  truncateSync(image, 2 ** 22);
  output(makers[type](image, tree));
  return image;
}

/** What losetup(8) says is attached to a loop device. */
function attached(image: string): string {
  return output(["losetup", "--associated", image, "--noheadings", "--output", "RO,AUTOCLEAR"])
    .trim()
    .replaceAll(/\s+/gu, " ");
}

const gone = (image: string): Promise<boolean> => vi.waitUntil(() => attached(image) === "", { timeout: 10_000 });

leavesHostUnchanged();

describe("attachDiskImage()", () => {
  for (const type of ["ext4", "squashfs", "erofs"] as const) {
    requires(
      "root",
      `command:${COMMANDS[type]}`,
      "kernel>=5.8",
    )(`mounts ${type} read-only, where nothing shows it, and detaches it in the end`, async () => {
      using directory = temporaryDirectory();
      const image = makeImage(directory.path, type);
      const before = readFileSync("/proc/self/mountinfo", "utf8");
      const fd = attachDiskImage(image, type);
      try {
        expect(attached(image)).toBe("1 1");
        expect(readFileSync(`/proc/self/fd/${fd}/hello`, "utf8")).toBe("from the image");
        expect(() => writeFileSync(`/proc/self/fd/${fd}/new`, "")).toThrow("EROFS");
        expect(readFileSync("/proc/self/mountinfo", "utf8")).toBe(before);
      } finally {
        closeSync(fd);
      }
      await gone(image);
    });
  }

  requires("root", "command:mkfs.ext4")("is for a mount namespace that gets it: it stays until that ends", async () => {
    using directory = temporaryDirectory();
    const image = makeImage(directory.path, "ext4");
    const target = join(directory.path, "target");
    mkdirSync(target);
    const fd = attachDiskImage(image, "ext4");
    const child = spawn(
      [
        step("keep mounts here", [call("mount", null, "/", null, MS.REC | MS.PRIVATE, null)]),
        step("give it a place", [call("move_mount", fd, "", AT_FDCWD, target, MOVE_MOUNT.F_EMPTY_PATH)]),
        step("look", [
          call("close", fd),
          call("execve", "/bin/grep", ["grep", "-q", "from the image", join(target, "hello")], []),
        ]),
      ],
      { flags: CLONE.NEWNS, inherit: [fd] },
    );
    closeSync(fd);
    expect(await child.report.next()).toBeUndefined();
    child.report.close();
    expect(await waitFor(child.pidfd)).toEqual({ code: 0, signal: null });
    closeSync(child.pidfd);
    await gone(image);
  });

  requires("root", "command:mkfs.ext4")("detaches it when its process is killed", async () => {
    using directory = temporaryDirectory();
    const image = makeImage(directory.path, "ext4");
    const program = `
      import { attachDiskImage } from "${join(import.meta.dirname, "../src/index.ts")}";
      attachDiskImage(${JSON.stringify(image)}, "ext4"); setInterval(() => {}, 1000);
    `;
    const holding = start(program);
    await vi.waitUntil(() => attached(image) === "1 1", { timeout: 20_000 });
    await holding.kill();
    await gone(image);
  });

  requires("root", "command:mkfs.ext4")("attaches many at once, each to its own device", async () => {
    using directory = temporaryDirectory();
    const image = makeImage(directory.path, "ext4");
    const fds = Array.from({ length: 12 }, () => attachDiskImage(image, "ext4"));
    expect(attached(image).split(" ")).toHaveLength(24);
    for (const fd of fds) closeSync(fd);
    await gone(image);
  });

  requires("root", "command:mkfs.ext4")(
    "refuses an image that is broken or missing, and leaves nothing open or attached",
    async () => {
      using directory = temporaryDirectory();
      const image = makeImage(directory.path, "ext4");
      const broken = join(directory.path, "broken");
      writeFileSync(broken, readFileSync(image).fill(0xff, 1024 + 4, 1024 + 200));
      expect(() => attachDiskImage(broken, "ext4")).toThrow(
        expect.objectContaining({
          syscall: "fsconfig",
          step: expect.stringContaining("mount its ext4") as unknown,
        }) as SyscallError,
      );
      expect(() => attachDiskImage(image, "erofs")).toThrow("fsconfig");
      expect(() => attachDiskImage(join(directory.path, "missing"), "ext4")).toThrow("ENOENT");
      await gone(broken);
      await gone(image);
    },
  );
});

test("diskImageSteps() shows what is done, without doing it", () => {
  const text = explain(diskImageSteps("/srv/root.img", "squashfs"));
  for (const part of [
    "losetup --read-only --find --show /srv/root.img",
    "ioctl(control, LOOP_CTL_GET_FREE, 0) = number",
    "LOOP_CONFIGURE",
    'fsopen("squashfs", FSOPEN_CLOEXEC)',
    'fsconfig(fs of disk image, FSCONFIG_SET_FLAG, "ro", NULL, 0)',
    "MOUNT_ATTR_RDONLY",
  ])
    expect(text).toContain(part);
});
