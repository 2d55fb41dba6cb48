import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { busyboxRoot, hostState, requires, temporaryDirectory } from "@wb/testing";
import { describe, expect, vi } from "vitest";
import { isAsBefore } from "./support/as-before.ts";
import { type Outcome, start, wb } from "./support/wb.ts";

interface Scene extends Disposable {
  readonly path: string;
  /** The path of a file made from a busybox root: `root.tar`. */
  readonly file: (name: string) => string;
  /** Names in the store. */
  readonly stored: () => string[];
  readonly run: (...args: readonly string[]) => Promise<Outcome>;
  readonly env: NodeJS.ProcessEnv;
}

const MAKERS: Readonly<Record<string, (file: string, root: string) => string[]>> = {
  tar: (file, root) => ["tar", "--numeric-owner", "-C", root, "-cf", file, "."],
  gz: (file, root) => ["tar", "--numeric-owner", "-C", root, "-czf", file, "."],
  ext4: (file, root) => ["mkfs.ext4", "-q", "-d", root, file],
  squashfs: (file, root) => ["mksquashfs", root, file, "-quiet", "-no-progress", "-noappend"],
  erofs: (file, root) => ["mkfs.erofs", "--quiet", file, root],
};

function scene(): Scene {
  const directory = temporaryDirectory();
  const root = busyboxRoot();
  writeFileSync(join(root.path, "etc/passwd"), "root:x:0:0::/root:/bin/sh\nguest:x:1000:1000::/home/guest:/bin/sh\n");
  const store = join(directory.path, "wb");
  const env = { WB_ROOT: store };
  return {
    path: directory.path,
    env,
    file(name) {
      const file = join(directory.path, name);
      const [command = "", ...args] = MAKERS[name.split(".").at(-1) ?? ""]?.(file, root.path) ?? [];
      writeFileSync(file, "");
      if (!name.includes(".tar")) truncateSync(file, 2 ** 25);
      const { status, stderr } = spawnSync(command, args, { encoding: "utf8" });
      if (status !== 0) throw new Error(stderr);
      return file;
    },
    stored: () => (existsSync(join(store, "rootfs")) ? readdirSync(join(store, "rootfs")).toSorted() : []),
    run: (...args) => wb(["run", "--rm", ...args], { env }),
    [Symbol.dispose]() {
      root[Symbol.dispose]();
      directory[Symbol.dispose]();
    },
  };
}

const said = (stdout: string): Outcome => ({ stdout, stderr: "", status: 0 });
const rooted = requires("root", "command:busybox");

function attached(image: string): string {
  return spawnSync("losetup", ["--associated", image], { encoding: "utf8" }).stdout;
}

describe("wb run --rootfs with a tar archive", () => {
  rooted("unpacks it once, and gives each container a copy whose changes are thrown away", async () => {
    using place = scene();
    const before = hostState();
    const tar = place.file("root.tar");
    const script = "id -u; cat /proc/1/comm; ls /made 2>/dev/null; touch /made; rm /etc/group; ls /made";
    for (const path of [tar, `${tar}:O`])
      expect(await place.run("--rootfs", path, "sh", "-c", script)).toEqual(said("0\nsh\n/made\n"));
    const [archiveId = "", ...rest] = place.stored();
    expect([archiveId, rest]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/u), ["index.json"]]);
    expect(readdirSync(join(place.env["WB_ROOT"] ?? "", "rootfs", archiveId))).not.toContain("made");
    expect(existsSync(join(place.env["WB_ROOT"] ?? "", "rootfs", archiveId, "etc/group"))).toBe(true);
    await isAsBefore(before);
  });

  rooted("knows the archive's users", async () => {
    using place = scene();
    expect(
      await place.run("--rootfs", place.file("root.tar.gz"), "-u", "guest", "sh", "-c", "id -u; echo $HOME"),
    ).toEqual(said("1000\n/home/guest\n"));
  });

  rooted("refuses one that would write outside, and keeps nothing of it", async () => {
    using place = scene();
    const tar = join(place.path, "evil.tar");
    mkdirSync(join(place.path, "inside"));
    writeFileSync(join(place.path, "evil"), "evil");
    spawnSync("tar", ["-P", "-C", join(place.path, "inside"), "-cf", tar, "../evil"]);
    const { status, stderr } = await place.run("--rootfs", tar, "true");
    expect([status, stderr]).toEqual([
      125,
      expect.stringContaining('the archive\'s entry "../evil", at byte 0: its name has a component ".."'),
    ]);
    expect(place.stored()).toEqual([]);
  });

  rooted("is explained without being unpacked, and by its place once it is", async () => {
    using place = scene();
    const tar = place.file("root.tar");
    const explain = (): Promise<Outcome> => wb(["explain", "run", "--rootfs", tar, "sh"], { env: place.env });
    expect((await explain()).stdout).toContain(`# unpack ${tar} into ${place.path}/wb/rootfs/SHA256`);
    expect(place.stored()).toEqual([]);
    await vi.waitFor(
      async () => {
        await place.run("--rootfs", tar, "true");
        expect((await explain()).stdout).toContain(
          `mount an overlay of ${place.path}/wb/rootfs/${place.stored()[0]} on`,
        );
      },
      { timeout: 20_000, interval: 1000 },
    );
  });
});

describe("wb run --rootfs with a disk image", () => {
  for (const [type, command] of [
    ["ext4", "mkfs.ext4"],
    ["squashfs", "mksquashfs"],
    ["erofs", "mkfs.erofs"],
  ] as const) {
    requires(
      "root",
      "command:busybox",
      `command:${command}`,
    )(`of ${type} gives a copy whose changes are thrown away`, async () => {
      using place = scene();
      const before = hostState();
      const image = place.file(`root.${type}`);
      const content = readFileSync(image);
      const script = "id -u; echo $HOME; ls /made 2>/dev/null; touch /tmp/made; ls /tmp/made; ls /proc/self/fd | wc -l";
      for (const path of [image, `${image}:O`])
        expect(await place.run("--rootfs", path, "-u", "guest", "sh", "-c", script)).toEqual(
          said("1000\n/home/guest\n/tmp/made\n4\n"),
        );
      await vi.waitUntil(() => attached(image) === "", { timeout: 10_000 });
      expect(readFileSync(image).equals(content)).toBe(true);
      await isAsBefore(before);
    });
  }

  requires(
    "root",
    "command:busybox",
    "command:mkfs.ext4",
  )("lets the loop device go when wb is killed", async () => {
    using place = scene();
    const image = place.file("root.ext4");
    const running = start(["run", "--rm", "--rootfs", image, "sh", "-c", "echo up; sleep 60"], { env: place.env });
    await new Promise((resolve) => running.stdout.once("data", resolve));
    expect(attached(image)).toContain(image);
    running.kill("SIGKILL");
    await running.outcome;
    await vi.waitUntil(() => attached(image) === "", { timeout: 10_000 });
    await wb(["run", "--rm", "true"]); // which cleans up after the one that was killed
  });

  requires(
    "root",
    "command:busybox",
    "command:mkfs.ext4",
  )("is explained without being mounted", async () => {
    using place = scene();
    const image = place.file("root.ext4");
    const { stdout, status } = await wb(["explain", "run", "--rootfs", image, "-u", "7", "sh"], { env: place.env });
    expect([status, stdout]).toEqual([0, expect.stringContaining(`losetup --read-only --find --show ${image}`)]);
    expect(attached(image)).toBe("");
  });
});

rooted("wb run --rootfs says of other files what they are", async () => {
  using place = scene();
  const files: readonly (readonly [name: string, content: Buffer, problem: string])[] = [
    [
      "text",
      Buffer.from("#!/bin/sh\n"),
      "it is neither a tar archive nor an image of an ext4, squashfs or erofs file system",
    ],
    ["empty", Buffer.alloc(0), "it is empty"],
    [
      "disk",
      Buffer.concat([Buffer.alloc(510), Buffer.from([0x55, 0xaa]), Buffer.alloc(4096)]),
      "it is a disk with a partition table",
    ],
    ["xz", Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 0]), "compressed with xz, which is not read here"],
  ];
  for (const [name, content, problem] of files) {
    const path = join(place.path, name);
    writeFileSync(path, content);
    const { status, stderr } = await place.run("--rootfs", path, "true");
    expect([status, stderr]).toEqual([125, expect.stringContaining(problem)]);
    expect(stderr).toContain("hint: ");
  }
});
