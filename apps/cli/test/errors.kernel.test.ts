import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostState, requires, temporaryDirectory } from "@wb/testing";
import { execa } from "execa";
import { beforeAll, describe, expect } from "vitest";
import { isAsBefore } from "./support/as-before.ts";
import { wb, wbScript } from "./support/wb.ts";

const rooted = requires("root");

beforeAll(() => void wbScript(), 120_000);

/** At most two lines: what, with the value, and the remedy. */
async function refused(
  args: readonly string[],
  { status, says, hint }: { status: number; says: string | RegExp; hint?: RegExp },
): Promise<void> {
  const before = hostState();
  const outcome = await wb(["run", "--rm", "--net", "none", "--rootfs=/:O", ...args]);
  expect(outcome.stdout).toBe("");
  const [first = "", second, ...more] = outcome.stderr.trimEnd().split("\n");
  expect(first).toMatch(/^wb: /u);
  if (typeof says === "string") expect(first).toBe(`wb: ${says}`);
  else expect(first).toMatch(says);
  if (hint !== undefined) expect(second).toMatch(hint);
  if (second !== undefined) expect(second).toMatch(/^hint: \S/u);
  expect(more.filter((line) => line !== "" && !line.startsWith("Usage:  wb run "))).toEqual([]);
  expect(outcome.status).toBe(status);
  await isAsBefore(before);
}

describe("wb run refuses in at most two lines, and leaves nothing behind:", () => {
  rooted("a rootfs that is missing", () =>
    refused(["--rootfs", "/no/such/root", "true"], {
      status: 125,
      says: 'invalid argument "/no/such/root" for --rootfs: there is no such file or directory',
      hint: /\/:O/u,
    }),
  );

  rooted("a directory for stdin", async () => {
    const { stderr, exitCode } = await execa("sh", ["-c", `exec ${wbScript()} run --rm --rootfs=/:O -i ls </usr`], {
      reject: false,
    });
    expect([exitCode, stderr.split("\n")[0]]).toEqual([125, "wb: stdin is a directory"]);
  });

  rooted("a rootfs that is a file", () =>
    refused(["--rootfs", "/etc/passwd:O", "true"], {
      status: 125,
      says: 'invalid argument "/etc/passwd" for --rootfs: it is neither a tar archive nor an image of an ext4, squashfs or erofs file system',
    }),
  );

  rooted("an empty rootfs, in which the command is not", async () => {
    using empty = temporaryDirectory();
    await refused(["--rootfs", empty.path, "true"], {
      status: 127,
      says: '"true": executable file not found in $PATH',
    });
  });

  rooted("a command that does not exist", () =>
    refused(["no-such-command"], { status: 127, says: '"no-such-command": executable file not found in $PATH' }),
  );
  rooted("a path that does not exist", () =>
    refused(["/no/such/command"], { status: 127, says: '"/no/such/command": executable file not found' }),
  );
  rooted("a command that is not executable", () =>
    refused(["/etc/passwd"], { status: 126, says: '"/etc/passwd": permission denied' }),
  );
  rooted("a command that is a directory", () =>
    refused(["/etc"], { status: 126, says: /^wb: "\/etc": (?:permission denied|is a directory)$/u }),
  );
  rooted("no command", () =>
    refused([], { status: 1, says: '"wb run" requires at least 1 argument.', hint: /wb run --help/u }),
  );

  rooted.for([
    {
      args: ["-m", "1x"],
      says: 'invalid argument "1x" for -m, --memory: a number of bytes, or one with b, k, m or g: 64m',
    },
    { args: ["-m", "1m"], says: 'invalid argument "1m" for -m, --memory: at least 6m' },
    { args: ["--cpus", "lots"], says: /"lots" for --cpus: 0\.01 to/u },
    { args: ["--no-such-option"], says: "unknown flag: --no-such-option" },
    { args: ["-x"], says: "unknown shorthand flag: -x" },
    {
      args: ["--net", "a/b"],
      says: 'invalid argument "a/b" for --net: none, host, pasta, slirp4netns, container:NAME, ns:PATH or a network\'s name',
    },
    { args: ["--name", "a b"], says: /"a b" for --name/u },
    { args: ["-u", "mallory"], says: /unable to find user mallory/u },
    { args: ["-u", "4294967295"], says: /invalid id 4294967295/u },
    { args: ["-w", "here"], says: 'invalid argument "here" for --workdir: an absolute path' },
    { args: ["-v", "a"], says: /^wb: invalid argument "a" for "-v, --volume"/u },
    { args: ["--cap-drop", "EVERYTHING"], says: /EVERYTHING/u },
  ])("$args", ({ args, says }) =>
    refused([...args, "true"], { status: 125, says, ...(args[0] === "--cap-drop" ? {} : { hint: /^hint: / }) }),
  );

  rooted("a working directory that is a file", () =>
    refused(["-w", "/etc/passwd", "true"], { status: 125, says: /\/etc\/passwd/u }),
  );
  rooted("a hostname with a NUL", () =>
    refused(["--hostname", "a\nb", "true"], {
      status: 125,
      says: String.raw`invalid argument "a\nb" for --hostname: up to 64 letters, digits, dots and hyphens`,
    }),
  );

  rooted("a volume's source that is a file, for a destination that is a directory", () =>
    refused(["-v", "/etc/passwd:/etc", "true"], { status: 125, says: /\/etc\/passwd on \/etc/u }),
  );

  rooted("a volume's source in a file", () =>
    refused(["-v", "/etc/passwd/x:/v", "true"], { status: 125, says: /\/etc\/passwd\/x/u }),
  );

  rooted("a rootfs that is on an overlay that is on an overlay, and says that depth is the reason", async () => {
    using directory = temporaryDirectory();
    const mount =
      'mount -t tmpfs tmpfs "$1" && cd "$1" && mkdir l u w m u2 w2 m2 && mount -t overlay -o lowerdir=l,upperdir=u,workdir=w overlay m && mount -t overlay -o lowerdir=m,upperdir=u2,workdir=w2 overlay m2 && exec "$2" run --rootfs "$1/m2:O" true';
    const { exitCode, stderr } = await execa(
      "unshare",
      ["--mount", "sh", "-c", mount, "sh", directory.path, wbScript()],
      { reject: false },
    );
    expect([exitCode, stderr]).toEqual([
      125,
      expect.stringMatching(/^wb: mount an overlay.*\nhint: .*(?:overlay|nest|deep)/iu),
    ]);
  });
});

describe("wb run with a state directory", () => {
  const state = (path: string) => ({ env: { WB_STATE: path } });

  rooted("that is not there makes it, and removes it", async () => {
    using directory = temporaryDirectory();
    expect(await wb(["run", "--rm", "--rootfs=/:O", "echo", "ran"], state(join(directory.path, "state")))).toEqual({
      stdout: "ran\n",
      stderr: "",
      status: 0,
    });
    expect(readdirSync(directory.path)).toEqual([]);
  });

  rooted("that was there is left as it was", async () => {
    using directory = temporaryDirectory();
    writeFileSync(join(directory.path, "other"), "");
    mkdirSync(join(directory.path, "f".repeat(63)));
    await wb(["run", "--rm", "--rootfs=/:O", "true"], state(directory.path));
    expect(readdirSync(directory.path).toSorted()).toEqual(["f".repeat(63), "other"]);
  });

  rooted.for([
    { place: "below one that is missing", path: "/no/such/place/state", errno: "ENOENT" },
    { place: "in a file", path: "/etc/passwd/state", errno: "ENOTDIR" },
    { place: "that is a file", path: "/etc/passwd", errno: "ENOTDIR" },
    { place: "on procfs, where nothing can be made", path: "/proc/state", errno: "ENOENT" },
  ])("$place refuses with one line", async ({ path, errno }) => {
    const before = hostState();
    const { stdout, stderr, status } = await wb(["run", "--rm", "--rootfs=/:O", "echo", "ran"], state(path));
    expect([stdout, status]).toEqual(["", 125]);
    expect(stderr).toMatch(new RegExp(`^wb: (?=.*${path}).*${errno}`, "u"));
    expect(stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(2);
    await isAsBefore(before);
  });

  rooted("on a read-only file system refuses, and leaves nothing", async () => {
    const before = hostState();
    using directory = temporaryDirectory();
    const script =
      'mount -t tmpfs -o ro tmpfs "$1" && WB_ROOT=$1/data WB_STATE=$1/state exec "$2" run --rm --rootfs=/:O echo ran';
    const { stdout, stderr, exitCode } = await execa(
      "unshare",
      ["--mount", "sh", "-c", script, "sh", directory.path, wbScript()],
      { reject: false },
    );
    expect([stdout, exitCode]).toEqual(["", 125]);
    expect(stderr).toMatch(/^wb: .*EROFS/u);
    await isAsBefore(before);
  });

  rooted("on a full file system refuses, and leaves nothing, at every inode that is missing", async () => {
    const before = hostState();
    using directory = temporaryDirectory();
    const inside =
      'n=$2; mount -t tmpfs -o nr_inodes=$n tmpfs "$1" && cd "$1" && WB_ROOT=$1/data WB_STATE=$1/state "$3" run --rm --rootfs=/:O --name x echo ran; echo "$? $(find $1 -mindepth 1 ! -path $1/data ! -path $1/data/names ! -path $1/data/containers ! -path "$1/data/networks*" | wc -l)"; cp /bin/true . 2>/dev/null';
    const outcomes: string[] = [];
    for (let inodes = 2; inodes <= 30; inodes++) {
      const { stdout, stderr } = await execa(
        "unshare",
        ["--mount", "sh", "-c", inside, "sh", directory.path, String(inodes), wbScript()],
        { reject: false },
      );
      outcomes.push(stdout.replace("\n", " "));
      if (stderr !== "") expect(stderr).toMatch(/^wb: .*ENOSPC/u);
    }
    // The directories of the store stay, and the default network.
    expect(outcomes.filter((outcome) => !/^(?:125 0|ran 0 0)$/u.test(outcome))).toEqual([]);
    expect(outcomes.at(-1)).toBe("ran 0 0");
    expect(outcomes[0]).toBe("125 0");
    await isAsBefore(before);
  });

  rooted("is root's alone", async () => {
    using directory = temporaryDirectory();
    const place = join(directory.path, "state");
    const { stdout } = await execa("sh", [
      "-c",
      `umask 000; WB_STATE=${place} ${wbScript()} run --rm --rootfs=/:O --name x -v ${directory.path}:/d:ro sh -c 'cd /d/state; stat -c %a . names ????????????????????*'`,
    ]);
    expect(stdout).toBe("700\n700\n700");
  });
});

requires("root")("wb run as root without CAP_SYS_ADMIN says which call was not permitted", async () => {
  const before = hostState();
  const { stdout, stderr, exitCode } = await execa(
    "setpriv",
    ["--bounding-set=-sys_admin", wbScript(), "run", "--rm", "--rootfs=/:O", "echo", "ran"],
    { reject: false },
  );
  expect([exitCode, stdout]).toEqual([125, ""]);
  expect(stderr).toMatch(/^(?:wb: not given.*\n)?wb: .*EPERM.*(?:\nhint: .*)?$/u);
  await isAsBefore(before);
});

describe("wb", () => {
  rooted("without a command, and with --help, prints its commands", async () => {
    const [bare, help] = [await wb([]), await wb(["--help"])];
    expect(bare).toEqual(help);
    expect(help).toMatchObject({
      status: 0,
      stderr: "",
      stdout: expect.stringMatching(/^Usage: {2}wb \[OPTIONS\] COMMAND\n[^]*\n {2}run /u) as string,
    });
  });

  rooted("run --help prints every flag", async () => {
    const { stdout, status } = await wb(["run", "--help"]);
    expect(status).toBe(0);
    for (const flag of [
      "-m, --memory",
      "--cpus",
      "-c, --cpu-shares",
      "--pids-limit",
      "-v, --volume",
      "--read-only",
      "--tmpfs",
      "--cap-add",
      "--cap-drop",
      "-u, --user",
      "-w, --workdir",
      "-e, --env",
      "--rootfs",
      "--name",
      "-h, --hostname",
      "--net",
      "--privileged",
      "--rm",
      "-i, --interactive",
    ])
      expect(stdout).toContain(flag);
  });

  rooted.for(["rnu", "constructor", "", "toString x"])("refuses the command %j", async (name) => {
    const { stdout, stderr, status } = await wb([name]);
    expect([stdout, status]).toEqual(["", 1]);
    expect(stderr).toMatch(/^wb: .* is not a wb command\nhint: (?:did you mean run\?|see 'wb --help')\n$/u);
    expect(stderr).toContain(JSON.stringify(name));
  });

  rooted("--debug adds where an error comes from, and nothing else does", async () => {
    expect((await wb(["--debug", "run", "--rm", "--rootfs", "/no/such", "true"])).stderr).toMatch(/\n +at /u);
    expect((await wb(["run", "--rm", "--rootfs", "/no/such", "true"])).stderr).not.toMatch(/\n +at /u);
  });
});
