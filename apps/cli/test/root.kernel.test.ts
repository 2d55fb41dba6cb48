import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { busyboxRoot, debianRoot, hostState, requires, temporaryDirectory } from "@wb/testing";
import { execa } from "execa";
import { beforeAll, describe, expect } from "vitest";
import { isAsBefore } from "./support/as-before.ts";
import { outputOfRunc } from "./support/runc.ts";
import { output, wb, wbScript } from "./support/wb.ts";

const rooted = requires("root");
const withBusybox = requires("root", "command:busybox");

describe("a Debian root made by debootstrap", () => {
  const withDebian = requires("root", "command:debootstrap");
  beforeAll(() => void (process.geteuid?.() === 0 && debianRoot()), 600_000);

  withDebian("runs cat /etc/os-release", async () => {
    const before = hostState();
    const root = debianRoot();
    expect(await output(["--rm", "--rootfs", root, "cat", "/etc/os-release"])).toBe(
      readFileSync(join(root, "etc/os-release"), "utf8"),
    );
    await isAsBefore(before);
  });

  withDebian("is another machine: its own files and no others", async () => {
    const script = "test -e /wb-marker; echo $?; ls / | tr '\\n' ' '; echo; dpkg-query -W | wc -l";
    const root = debianRoot();
    const printed = await output(["--rootfs", `${root}:O`, "sh", "-c", script]);
    const [marker, rest, packages] = printed.split("\n");
    expect(marker).toBe("1");
    expect(rest?.trim().split(" ")).toEqual(readdirSync(root).toSorted((a, b) => (a < b ? -1 : 1)));
    expect(Number(packages)).toBeLessThan(150);
  });

  withDebian(":O throws changes away, and installs and removes what it likes", async () => {
    const root = debianRoot();
    const listed = (): string => readdirSync(join(root, "usr/bin")).join(" ");
    const before = listed();
    await output([
      "--rootfs",
      `${root}:O`,
      "sh",
      "-c",
      "dpkg --purge --force-all tar >/dev/null 2>&1; ! command -v tar && rm -rf /usr/bin/perl* && touch /usr/bin/made",
    ]);
    expect(listed()).toBe(before);
  });

  withDebian.for([
    { user: "nobody", who: "uid=65534(nobody) gid=65534(nogroup) groups=65534(nogroup)", home: "/nonexistent" },
    { user: "1", who: "uid=1(daemon) gid=1(daemon) groups=1(daemon)", home: "/usr/sbin" },
    { user: "daemon:tty", who: "uid=1(daemon) gid=5(tty) groups=5(tty)", home: "/usr/sbin" },
    { user: "4711:4712", who: "uid=4711 gid=4712 groups=4712", home: "/" },
    { user: "4711", who: "uid=4711 gid=0(root) groups=0(root)", home: "/" },
    { user: "0", who: "uid=0(root) gid=0(root) groups=0(root)", home: "/root" },
  ])("-u $user is who the container's files say", async ({ user, who, home }) => {
    const args = ["--rootfs", `${debianRoot()}:O`, "-u", user, "sh", "-c", "id; echo $HOME"];
    expect(await output(args)).toBe(`${who}\n${home}\n`);
  });
});

describe("wb run -u", () => {
  withBusybox("gives a name its supplementary groups, a named group none", async () => {
    using root = busyboxRoot();
    writeFileSync(join(root.path, "etc/passwd"), "eve:x:1000:100::/home/eve:/bin/sh\n");
    writeFileSync(
      join(root.path, "etc/group"),
      "users:x:100:\naudio:x:29:eve\nvideo:x:44:other,eve\nother:x:45:other\n",
    );
    const groups = async (user: string): Promise<string> =>
      output(["--rootfs", root.path, "-u", user, "sh", "-c", "id -u; id -G; echo $HOME"]);
    expect(await groups("eve")).toBe("1000\n100 29 44\n/home/eve\n");
    expect(await groups("1000")).toBe("1000\n100 29 44\n/home/eve\n");
    expect(await groups("eve:audio")).toBe("1000\n29\n/home/eve\n");
  });

  requires("root", "command:busybox", "command:runc").for(["", "nobody", "0:0", "4711", "nobody:root"])(
    "%j is who it is with runc",
    async (user) => {
      using root = busyboxRoot();
      const args = [
        "--rootfs",
        root.path,
        ...(user === "" ? [] : ["-u", user]),
        "sh",
        "-c",
        "grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs)' /proc/self/status; echo $HOME",
      ];
      expect(await output(args)).toBe(outputOfRunc(args));
    },
  );

  rooted("refuses a name that the container does not know", async () => {
    expect(await wb(["run", "--rm", "--rootfs=/:O", "-u", "mallory", "true"])).toEqual({
      stdout: "",
      status: 125,
      stderr:
        "wb: unable to find user mallory: no matching entries in the container's passwd file\nhint: a number needs no entry\n",
    });
  });
});

describe("wb run --rootfs", () => {
  withBusybox("DIR is the root, and changes stay", async () => {
    using root = busyboxRoot();
    await output(["--rootfs", root.path, "sh", "-c", "echo kept > /etc/made"]);
    expect(readFileSync(join(root.path, "etc/made"), "utf8")).toBe("kept\n");
  });

  withBusybox("DIR:O is a copy, and changes go", async () => {
    using root = busyboxRoot();
    const before = readdirSync(root.path, { recursive: true });
    expect(
      await output([
        "--rootfs",
        `${root.path}:O`,
        "sh",
        "-c",
        "echo made > /etc/made; rm -r /var; cat /etc/made; ls | grep -E '^(var|etc)$'",
      ]),
    ).toBe("made\netc\n");
    expect(readdirSync(root.path, { recursive: true })).toEqual(before);
  });

  withBusybox("takes a name with every character that overlay treats specially", async () => {
    using directory = temporaryDirectory();
    using root = busyboxRoot();
    const odd = join(directory.path, String.raw`a:b,c\d e`);
    await execa("cp", ["-a", root.path, odd]);
    expect(await output(["--rootfs", `${odd}:O`, "sh", "-c", "touch /made && echo done"])).toBe("done\n");
    expect(await output(["--rootfs", odd, "echo", "done"])).toBe("done\n");
  });

  withBusybox("may be relative, and reached through a link", async () => {
    using directory = temporaryDirectory();
    using root = busyboxRoot();
    symlinkSync(root.path, join(directory.path, "link"));
    expect(await output(["--rootfs", "./link:O", "echo", "here"], { cwd: directory.path })).toBe("here\n");
    expect(await output(["--rootfs", basename(root.path), "echo", "here"], { cwd: join(root.path, "..") })).toBe(
      "here\n",
    );
  });

  withBusybox.for(["dev", "etc", "sys/fs"])(
    "does not leave the root by a /%s that is a symbolic link to the host",
    async (name) => {
      using root = busyboxRoot();
      using outside = temporaryDirectory();
      const place = join(root.path, name);
      await execa("rm", ["-rf", place]);
      if (name.includes("/")) mkdirSync(join(place, ".."), { recursive: true });
      symlinkSync(outside.path, place);
      await wb(["run", "--rm", "--rootfs", root.path, "-w", "/etc/made", "sh", "-c", "echo > /dev/made"]);
      expect(readdirSync(outside.path)).toEqual([]);
    },
  );

  withBusybox.for(["proc", "sys"])("refuses a root whose /%s is a symbolic link (CVE-2023-27561)", async (name) => {
    using root = busyboxRoot();
    await execa("rm", ["-rf", join(root.path, name)]);
    symlinkSync("tmp", join(root.path, name));
    const { stdout, stderr, status } = await wb(["run", "--rm", "--rootfs=/:O", "--rootfs", root.path, "echo", "ran"]);
    expect([stdout, status]).toEqual(["", 125]);
    expect(stderr).toMatch(new RegExp(`/${name}.*ELOOP`, "u"));
  });

  withBusybox("hides the host's mounts from the container", async () => {
    using root = busyboxRoot();
    const mounts = (await output(["--net", "none", "--rootfs", root.path, "cat", "/proc/self/mountinfo"]))
      .trim()
      .split("\n")
      .map((line) => line.split(" ")[4]!);
    expect(mounts.filter((place) => !/^\/(?:$|proc|dev|sys)/u.test(place))).toEqual([]);
    expect(new Set(mounts).size).toBe(mounts.length);
  });

  requires(
    "root",
    "command:busybox",
    "command:runc",
  )("has the mounts that runc makes", async () => {
    using root = busyboxRoot();
    using volume = temporaryDirectory();
    const args = [
      "--net",
      "none",
      "--rootfs",
      root.path,
      "--tmpfs",
      "/var",
      "--tmpfs",
      "/made:size=1m,exec",
      "-v",
      `${volume.path}:/t:ro`,
      "cat",
      "/proc/self/mountinfo",
    ];
    /** Place, type, and what it may do; what is hidden is another test's. */
    const mounts = (text: string): string[] =>
      text
        .trim()
        .split("\n")
        .flatMap((line) => {
          const [, , , , place = "", options = "", ...rest] = line.split(" ");
          const type = rest[rest.indexOf("-") + 1];
          return /^\/(?:proc\/|sys\/f)/u.test(place)
            ? []
            : [
                `${place} ${type} ${options
                  .split(",")
                  .filter((word) => word !== "relatime")
                  .join(",")}`,
              ];
        });
    expect(mounts(await output(args)).toSorted()).toEqual(mounts(outputOfRunc(args)).toSorted());
  });

  requires(
    "root",
    "command:busybox",
    "command:runc",
  )("has the /dev that runc makes", async () => {
    using root = busyboxRoot();
    const script = "cd /dev; for i in *; do stat -c '%N %F %t:%T %a %u:%g' $i; done";
    const args = ["--rootfs", root.path, "sh", "-c", script];
    // runc makes /dev/core only where the kernel has /proc/kcore.
    const devices = (text: string): string[] => text.split("\n").filter((line) => !line.includes("kcore"));
    expect(devices(await output(args))).toEqual(devices(outputOfRunc(args)));
  });
});

describe("wb run --read-only", () => {
  rooted("lets nobody write to the root, but to /dev/shm and what is mounted", async () => {
    const script =
      "for i in / /etc /usr /tmp /root; do touch $i/made 2>&1; done; touch /dev/shm/made /t/made && echo made; echo x > /dev/null && echo null";
    const printed = await output(["--read-only", "--tmpfs", "/t", "sh", "-c", script]);
    expect(printed.match(/Read-only file system/gu)).toHaveLength(5);
    expect(printed).toMatch(/\nmade\nnull\n$/u);
  });

  withBusybox("holds for a root that is a plain directory, too", async () => {
    using root = busyboxRoot();
    const { stderr } = await wb(["run", "--rm", "--read-only", "--rootfs", root.path, "touch", "/made"]);
    expect(stderr).toContain("Read-only file system");
    expect(existsSync(join(root.path, "made"))).toBe(false);
  });

  rooted("leaves a volume writable", async () => {
    using directory = temporaryDirectory();
    await output(["--read-only", "-v", `${directory.path}:/srv`, "touch", "/srv/made"]);
    expect(readdirSync(directory.path)).toEqual(["made"]);
  });
});

describe("wb run -v", () => {
  rooted("SRC:DST shows a directory, and what is written there is on the host", async () => {
    using directory = temporaryDirectory();
    writeFileSync(join(directory.path, "from"), "host");
    expect(
      await output([
        "-v",
        `${directory.path}:/srv/new/place`,
        "sh",
        "-c",
        "cat /srv/new/place/from; echo made > /srv/new/place/made",
      ]),
    ).toBe("host");
    expect(readFileSync(join(directory.path, "made"), "utf8")).toBe("made\n");
    expect(existsSync("/srv/new")).toBe(false);
  });

  rooted("SRC:DST:ro refuses writes, with what is mounted below", async () => {
    using directory = temporaryDirectory();
    mkdirSync(join(directory.path, "below"));
    const script = `mount -t tmpfs tmpfs "$1/below" && shift && exec "$@"`;
    const inside = "for i in /v /v/below; do touch $i/made 2>&1; rm -rf $i/x; mkdir $i/d 2>&1; done; true";
    const command = [wbScript(), "run", "--rm", "--rootfs=/:O", "-v", `${directory.path}:/v:ro`, "sh", "-c", inside];
    const { stdout } = await execa("unshare", ["--mount", "sh", "-c", script, "sh", directory.path, ...command]);
    expect(stdout.match(/Read-only file system/gu)).toHaveLength(4);
    expect(readdirSync(join(directory.path))).toEqual(["below"]);
  });

  rooted("SRC:DST:ro cannot be made writable again from inside", async () => {
    using directory = temporaryDirectory();
    const script = "mount -o remount,bind,rw /v 2>&1; mount -o remount,rw /v 2>&1; touch /v/made";
    expect(
      (await wb(["run", "--rm", "--rootfs=/:O", "-v", `${directory.path}:/v:ro`, "sh", "-c", script])).status,
    ).not.toBe(0);
    expect(readdirSync(directory.path)).toEqual([]);
  });

  rooted("shows a file, also where there is none yet", async () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, "file");
    writeFileSync(file, "content");
    expect(
      await output([
        "-v",
        `${file}:/etc/hostname:ro`,
        "-v",
        `${file}:/new/place`,
        "cat",
        "/etc/hostname",
        "/new/place",
      ]),
    ).toBe("contentcontent");
    expect(readFileSync("/etc/hostname", "utf8")).not.toBe("content");
  });

  rooted("makes a directory for a source that is missing, as docker does", async () => {
    using directory = temporaryDirectory();
    const missing = join(directory.path, "a/b");
    await output(["-v", `${missing}:/v`, "touch", "/v/made"]);
    expect(readdirSync(missing)).toEqual(["made"]);
    expect([statSync(missing).uid, (statSync(missing).mode & 0o777).toString(8)]).toEqual([0, "755"]);
  });

  rooted("a device among the sources is one that the container may use", async () => {
    expect(await output(["-v", "/dev/null:/n", "sh", "-c", "echo x > /n; stat -c %F /n"])).toBe(
      "character special file\n",
    );
  });

  rooted("takes several, what lies within another after it", async () => {
    using outer = temporaryDirectory();
    using inner = temporaryDirectory();
    mkdirSync(join(outer.path, "in"));
    writeFileSync(join(outer.path, "file"), "");
    writeFileSync(join(inner.path, "deep"), "");
    expect(await output(["-v", `${inner.path}:/v/in`, "-v", `${outer.path}:/v`, "ls", "/v", "/v/in"])).toBe(
      "/v:\nfile\nin\n\n/v/in:\ndeep\n",
    );
  });

  rooted("covers a default mount", async () => {
    using directory = temporaryDirectory();
    writeFileSync(join(directory.path, "own"), "");
    expect(await output(["-v", `${directory.path}:/dev/shm`, "ls", "/dev/shm"])).toBe("own\n");
  });

  rooted("does not follow a symbolic link of the container out of it", async () => {
    using source = temporaryDirectory();
    using outside = temporaryDirectory();
    using root = busyboxRoot();
    writeFileSync(join(source.path, "secret"), "");
    symlinkSync(outside.path, join(root.path, "link"));
    mkdirSync(join(root.path, outside.path), { recursive: true });
    const args = ["--rootfs", root.path, "-v", `${source.path}:/link/place`, "ls", `${outside.path}/place`];
    expect(await output(args)).toBe("secret\n");
    expect(readdirSync(outside.path)).toEqual([]);
  });
});

describe("wb run --tmpfs", () => {
  rooted("is empty, in memory, and by default nothing in it is executed", async () => {
    const script =
      "ls /usr/share | wc -l; cp /bin/true /usr/share/; /usr/share/true; echo $?; grep ' /usr/share ' /proc/self/mountinfo | cut -d' ' -f6,9";
    const printed = await output(["--tmpfs", "/usr/share", "sh", "-c", `${script} 2>&1`]);
    expect(printed).toMatch(/^0\n(?:.*Permission denied\n)?126\nrw,nosuid,nodev,noexec,relatime tmpfs\n$/u);
  });

  rooted("takes options: size, mode, exec, uid", async () => {
    const script =
      "cp /bin/true /t/; /t/true; echo $?; stat -c '%a %u' /t; head -c 2m /dev/zero > /t/big; echo $?; stat -c %s /t/big";
    const printed = await output(["--tmpfs", "/t:size=1m,mode=750,exec,uid=7", "sh", "-c", script]);
    expect(printed).toMatch(/^0\n750 7\n1\n10\d{5}\n$/u);
  });

  rooted("has the mode of the directory that it hides, or 1777, as runc has it", async () => {
    const args = [
      "--tmpfs",
      "/usr/share",
      "--tmpfs",
      "/tmp",
      "--tmpfs",
      "/root",
      "--tmpfs",
      "/new",
      "stat",
      "-c",
      "%n %a",
      "/usr/share",
      "/tmp",
      "/root",
      "/new",
    ];
    expect(await output(args)).toBe(
      `/usr/share 755\n/tmp 1777\n/root ${(statSync("/root").mode & 0o7777).toString(8)}\n/new 1777\n`,
    );
  });

  rooted("refuses an option that tmpfs does not know", async () => {
    const { stderr, status } = await wb(["run", "--rm", "--rootfs=/:O", "--tmpfs", "/t:bogus=1", "true"]);
    expect([status, stderr]).toEqual([125, expect.stringMatching(/bogus.*EINVAL/u)]);
  });
});
