import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { busyboxRoot, debianRoot, hostState, requires, temporaryDirectory, waitFor } from "@wb/testing";
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
    await waitFor(async () => {
      await place.run("--rootfs", tar, "true");
      expect((await explain()).stdout).toContain(`mount an overlay of ${place.path}/wb/rootfs/${place.stored()[0]} on`);
    });
  });
});

describe("wb run --rootfs with a whole Debian", () => {
  const LONG = "n".repeat(120);
  const extras = `
    mkdir -p srv/${LONG}/${LONG}/${LONG} && echo deep > srv/${LONG}/${LONG}/${LONG}/file
    ln srv/${LONG}/${LONG}/${LONG}/file srv/hard; ln -s ${LONG}/${LONG}/${LONG}/file srv/soft
    mknod srv/zero c 1 5; mknod srv/disk b 7 0; cp bin/id srv/setuid; chmod 4755 srv/setuid
    truncate -s 1G srv/holes; printf end >> srv/holes
  `;
  // The device for disks is there, and it is not the container's to open.
  const look = `
    . /etc/os-release; echo $ID; cat srv/hard srv/soft; stat -c '%h %A %t:%T' srv/hard srv/setuid srv/zero srv/disk
    head -c 3 srv/zero | wc -c; (: < srv/disk) 2>&1 | grep -o 'Operation not permitted'
    setpriv --reuid 1 --clear-groups srv/setuid -u; tail -c 3 srv/holes; stat -c ' %s' srv/holes; du -k srv/holes | cut -f 1
  `;
  const expected = `debian
deep
deep
2 -rw-r--r-- 0:0
1 -rwsr-xr-x 0:0
1 crw-r--r-- 1:5
1 brw-r--r-- 7:0
3
Operation not permitted
0
end 1073741827
4
`;
  // docker-export(1) has names without "./", no entry of the root, and pax headers where something needs them.
  const export_ = "tar --numeric-owner --format=pax --sparse --xattrs --xattrs-include=* -cf";

  for (const [what, command, file] of [
    ["as docker exports it", `${export_} "$1" *`, "root.tar"],
    ["in a disk image of 2 GB", `truncate -s 2G "$1" && mkfs.ext4 -q -d . "$1"`, "root.img"],
  ] as const) {
    requires("root", "command:debootstrap", "command:mkfs.ext4")(
      `runs it ${what}, with its hard links, devices, setuid programs, long names and holes`,
      async () => {
        using directory = temporaryDirectory();
        const path = join(directory.path, file);
        // An overlay, since nobody may change the Debian that all tests share, and a copy of it takes longer.
        const script = `
          set -e; mkdir upper work tree
          mount -t overlay -o "lowerdir=$0,upperdir=upper,workdir=work" overlay tree
          cd tree; ${extras} ${command}
        `;
        const unshare = ["unshare", "--mount", "--propagation=private", "bash", "-c", script, debianRoot(), path];
        const made = spawnSync("env", unshare, { cwd: directory.path, encoding: "utf8" });
        expect([made.status, made.stderr]).toEqual([0, ""]);
        const env = { WB_ROOT: join(directory.path, "wb") };
        expect(await wb(["run", "--rm", "--rootfs", path, "sh", "-c", look], { env })).toEqual(said(expected));
      },
      600_000,
    );
  }
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
  ];
  const missing = await place.run("--rootfs", join(place.path, "missing"), "true");
  expect([missing.status, missing.stderr]).toEqual([
    125,
    expect.stringMatching(/there is no such file or directory\nhint: /u),
  ]);
  for (const [name, content, problem] of files) {
    const path = join(place.path, name);
    writeFileSync(path, content);
    const { status, stderr } = await place.run("--rootfs", path, "true");
    expect([status, stderr]).toEqual([125, expect.stringContaining(problem)]);
    expect(stderr).toContain("hint: ");
  }
});
