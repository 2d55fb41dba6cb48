import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ALL_CAPABILITIES, DOCKER_CAPABILITIES, heldCapabilities, MASKED_PATHS, READONLY_PATHS } from "@wb/security";
import { busyboxRoot, hostState, requires, temporaryDirectory } from "@wb/testing";
import { execa } from "execa";
import { describe, expect } from "vitest";
import { isAsBefore } from "./support/as-before.ts";
import { outputOfRunc } from "./support/runc.ts";
import { output, wb, wbScript } from "./support/wb.ts";

const rooted = requires("root");
const withV1 = requires("root", "cgroup_v1", "cgroup_controller:devices");

/** The five sets of the command, as /proc/self/status has them. */
async function capabilities(...args: string[]): Promise<Record<string, bigint>> {
  const status = await output([...args, "cat", "/proc/self/status"]);
  return Object.fromEntries(
    [...status.matchAll(/^Cap(\w+):\t(\w+)$/gmu)].map(([, name, mask]) => [name!, BigInt(`0x${mask}`)]),
  );
}

/** A machine may lack some. */
const held = heldCapabilities().bounding;

describe("wb run --cap-add, --cap-drop", () => {
  const only = (mask: bigint): Record<string, bigint> => ({
    Inh: 0n,
    Prm: mask & held,
    Eff: mask & held,
    Bnd: mask & held,
    Amb: 0n,
  });
  const bit = (number: number): bigint => 1n << BigInt(number);

  rooted.for([
    { flags: [], mask: DOCKER_CAPABILITIES },
    { flags: ["--cap-drop", "CHOWN"], mask: DOCKER_CAPABILITIES & ~bit(0) },
    { flags: ["--cap-drop=CAP_CHOWN", "--cap-drop=kill"], mask: DOCKER_CAPABILITIES & ~bit(0) & ~bit(5) },
    { flags: ["--cap-add", "SYS_TIME"], mask: DOCKER_CAPABILITIES | bit(25) },
    { flags: ["--cap-drop", "ALL"], mask: 0n },
    { flags: ["--cap-drop", "ALL", "--cap-add", "NET_BIND_SERVICE"], mask: bit(10) },
    { flags: ["--cap-add", "ALL"], mask: ALL_CAPABILITIES },
    { flags: ["--cap-add", "ALL", "--cap-drop", "SYS_ADMIN"], mask: ALL_CAPABILITIES & ~bit(21) },
    { flags: ["--privileged"], mask: ALL_CAPABILITIES },
  ])("$flags", async ({ flags, mask }) => {
    expect(await capabilities(...flags)).toEqual(only(mask));
  });

  rooted("give another user the bounding set alone", async () => {
    expect(await capabilities("-u", "nobody")).toEqual({
      Inh: 0n,
      Prm: 0n,
      Eff: 0n,
      Bnd: DOCKER_CAPABILITIES & held,
      Amb: 0n,
    });
  });

  rooted("take effect: without CHOWN nothing is given away, without NET_RAW no raw socket is made", async () => {
    const script = "touch /tmp/f; chown 1 /tmp/f 2>/dev/null; echo $?";
    expect([await output(["sh", "-c", script]), await output(["--cap-drop", "CHOWN", "sh", "-c", script])]).toEqual([
      "0\n",
      "1\n",
    ]);
  });

  rooted("the default ones do not let the command mount, load a module, or set the clock", async () => {
    const script =
      "mount -t tmpfs tmpfs /mnt; echo $?; hostname x; echo $?; date -s @0 >/dev/null; echo $?; mount --bind / /mnt; echo $?; umount /proc; echo $?";
    const { stdout, stderr } = await wb(["run", "--rm", "--rootfs=/:O", "sh", "-c", script]);
    expect(stdout.split("\n").filter((line) => line === "0")).toEqual([]);
    expect(stderr).toMatch(/permission denied/iu);
  });

  rooted("refuses a name that is none, and says what is near", async () => {
    const { stdout, stderr, status } = await wb([
      "run",
      "--rm",
      "--rootfs=/:O",
      "--cap-add",
      "SYS_TIEM",
      "echo",
      "ran",
    ]);
    expect([stdout, status]).toEqual(["", 125]);
    expect(stderr).toMatch(/^wb: .*SYS_TIEM.*\nhint: .*SYS_TIME/u);
  });

  rooted("warns of what wb itself lacks, and runs", async () => {
    const { stdout, stderr } = await execa("setpriv", [
      "--bounding-set=-sys_time",
      wbScript(),
      "run",
      "--rm",
      "--rootfs=/:O",
      "--cap-add",
      "SYS_TIME",
      "grep",
      "CapBnd",
      "/proc/self/status",
    ]);
    expect(stderr).toMatch(/^wb: not given, .* lacks them: CAP_SYS_TIME$/u);
    expect(BigInt(`0x${stdout.split("\t")[1]}`)).toBe(DOCKER_CAPABILITIES & held);
  });
});

describe("wb run hides", () => {
  rooted("what docker hides: empty to read, and not to be uncovered", async () => {
    const script =
      'for i; do if [ -d $i ]; then echo "d $(ls -A $i | wc -l)"; elif [ -e $i ]; then echo "f $(head -c 9 $i | wc -c)"; else echo none; fi; umount $i 2>/dev/null && echo uncovered; done; true';
    const printed = (await output(["sh", "-c", script, "sh", ...MASKED_PATHS])).trim().split("\n");
    const kinds = MASKED_PATHS.map((path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found === undefined) return "none";
      return found.isDirectory() ? "d 0" : "f 0";
    });
    expect(printed).toEqual(kinds);
    expect(kinds.filter((kind) => kind !== "none").length).toBeGreaterThan(2);
  });

  rooted("nothing from a privileged container", async () => {
    const printed = await output([
      "--privileged",
      "grep",
      "-cE",
      " /(proc|sys)/[^ ]* .* - (tmpfs|devtmpfs) ",
      "/proc/self/mountinfo",
    ]).catch((error: Error) => error.message);
    expect(printed).toMatch(/exit status 1: .*|^1\n/u);
    expect(await output(["--privileged", "sh", "-c", "head -c 9 /proc/interrupts | wc -c"])).toBe("9\n");
  });
});

describe("wb run keeps read-only", () => {
  rooted("/sys, the cgroups, and of /proc what docker does", async () => {
    const files = [
      "/proc/sys/kernel/hostname",
      "/proc/sysrq-trigger",
      "/proc/irq/default_smp_affinity",
      "/sys/kernel/mm/ksm/run",
      ...cgroupFiles(),
    ];
    const script =
      'for i; do [ -e $i ] || continue; (cat $i >/dev/null 2>&1; echo > $i) 2>&1 | grep -q "Read-only file system" || echo $i; done; echo end';
    expect(await output(["sh", "-c", script, "sh", ...files])).toBe("end\n");
  });

  rooted("what cannot be made writable with the default capabilities", async () => {
    const script =
      "for i; do mount -o remount,rw $i 2>/dev/null && echo $i; mount -o remount,bind,rw $i 2>/dev/null && echo $i; done; echo end";
    expect(
      await output([
        "sh",
        "-c",
        script,
        "sh",
        "/sys",
        "/proc/sys",
        "/sys/fs/cgroup",
        "/sys/fs/cgroup/memory",
        ...READONLY_PATHS,
      ]),
    ).toBe("end\n");
  });

  rooted("nothing of it in a privileged container", async () => {
    expect(
      await output([
        "--privileged",
        "sh",
        "-c",
        "sysctl -qw kernel.hostname=other; hostname; for i in /sys/fs/cgroup /sys/fs/cgroup/*; do [ -e $i/cgroup.procs ] && mkdir $i/made && rmdir $i/made || [ ! -e $i/cgroup.procs ] || echo $i; done; echo end",
      ]),
    ).toBe("other\nend\n");
  });

  rooted("the cgroups show the container's own group alone", async () => {
    const script =
      "for i in /sys/fs/cgroup /sys/fs/cgroup/*; do [ -e $i/cgroup.procs ] && { cat $i/cgroup.procs | tr '\\n' ' '; find $i -mindepth 1 -type d | wc -l; }; done";
    const lines = (await output(["sh", "-c", script])).trim().split("\n");
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/^1(?: \d+)* 0$/u);
  });
});

function cgroupFiles(): string[] {
  return ["", "memory", "pids", "devices", "cpu", "unified"].flatMap((name) =>
    ["cgroup.procs", "release_agent", "notify_on_release", "memory.limit_in_bytes", "devices.allow", "pids.max"].map(
      (file) => join("/sys/fs/cgroup", name, file),
    ),
  );
}

describe("wb run devices", () => {
  rooted("the default ones work", async () => {
    const script =
      "head -c 4 /dev/zero | od -An -tx1; head -c 4 /dev/urandom | wc -c; head -c 4 /dev/random | wc -c; echo x > /dev/null; echo $?; echo x > /dev/full; echo $?; (: < /dev/tty); echo $?";
    const { stdout } = await wb(["run", "--rm", "--rootfs=/:O", "sh", "-c", script]);
    // Without a terminal /dev/tty is there (ENXIO, not EPERM).
    expect(stdout.split("\n").map((line) => line.trim())).toEqual(["00 00 00 00", "4", "4", "0", "1", "2", ""]);
  });

  rooted("a pseudoterminal can be opened, and is the container's own", async () => {
    expect(await output(["script", "-qec", "tty; ls /dev/pts", "/dev/null"])).toBe("/dev/pts/0\r\n0  ptmx\r\n");
  });

  withV1("others can be made, but neither read nor written (EPERM), as with docker", async () => {
    const nodes = ["b 254 0", "b 8 0", ...OPENABLE];
    const script =
      'for i; do mknod /tmp/n $i && { (: < /tmp/n); (: > /tmp/n); } 2>&1 | grep -c "Operation not permitted"; rm /tmp/n; done';
    expect(await output(["sh", "-c", script, "sh", ...nodes])).toBe("2\n".repeat(nodes.length));
  });

  withV1("the default rules are those that docker writes, and what runc adds", async () => {
    const list = (await output(["cat", "/sys/fs/cgroup/devices/devices.list"])).trim().split("\n").toSorted();
    expect(list).toEqual([
      "b *:* m",
      "c *:* m",
      "c 136:* rwm",
      "c 1:3 rwm",
      "c 1:5 rwm",
      "c 1:7 rwm",
      "c 1:8 rwm",
      "c 1:9 rwm",
      "c 5:0 rwm",
      "c 5:1 rwm",
      "c 5:2 rwm",
    ]);
  });

  requires(
    "root",
    "cgroup_v1",
    "cgroup_controller:devices",
    "command:runc",
    "command:busybox",
  )("the rules are runc's for the same configuration", async () => {
    using root = busyboxRoot();
    const args = ["--rootfs", root.path, "cat", "/sys/fs/cgroup/devices/devices.list"];
    // runc before 1.2 allows tun, too.
    const sorted = (text: string): string[] =>
      text
        .trim()
        .split("\n")
        .filter((rule) => rule !== "c 10:200 rwm")
        .toSorted();
    expect(sorted(await output(args))).toEqual(sorted(outputOfRunc(args)));
  });

  rooted("--privileged has the host's, and may use them", async () => {
    const host = spawnSync(
      "sh",
      ["-c", "stat -c '%n %F %t:%T' /dev/* | grep special | grep -vE '^/dev/(ptmx|console) '"],
      { encoding: "utf8" },
    ).stdout;
    expect(await output(["--privileged", "sh", "-c", "stat -c '%n %F %t:%T' /dev/* | grep special"])).toBe(host);
    const script = "for i; do mknod /tmp/n $i && (: < /tmp/n) && echo opened; rm /tmp/n; done";
    expect(await output(["--privileged", "sh", "-c", script, "sh", ...openableHere()])).toBe(
      "opened\n".repeat(openableHere().length),
    );
  });
});

/** The kernel's log, tun, fuse: devices that root may open on most machines, without a consequence. */
const OPENABLE = ["c 1 11", "c 10 200", "c 10 229"];

function openableHere(): string[] {
  using directory = temporaryDirectory();
  const script = "mknod $1 $2 $3 $4 && : < $1";
  return OPENABLE.filter(
    (node, index) =>
      spawnSync("sh", ["-c", script, "sh", join(directory.path, `${index}`), ...node.split(" ")]).status === 0,
  );
}

describe("wb run isolates the command from wb and its caller", () => {
  rooted("it is a session leader without a terminal", async () => {
    const [pid, , , , group, session, terminal] = (await output(["cat", "/proc/self/stat"])).split(" ");
    expect([group, session, terminal]).toEqual([pid, pid, "0"]);
  });

  requires("root", "command:keyctl")("its session keyring is new, and the caller's keys are not in it", async () => {
    const script = `keyctl add user wb-test-secret value @s >/dev/null; keyctl show @s; ${wbScript()} run --rm --rootfs=/:O --security-opt seccomp=unconfined sh -c 'keyctl show @s; keyctl search @s user wb-test-secret; cat /proc/keys | wc -l'`;
    const { stdout, stderr } = await execa("keyctl", ["session", "-", "sh", "-c", script], { reject: false });
    const [caller, container] = [...stdout.matchAll(/Keyring\n *(\d+)/gu)].map(([, id]) => id);
    expect(stdout.match(/wb-test-secret/gu)).toHaveLength(1);
    expect(container).not.toBe(caller);
    expect(stderr).toContain("keyctl_search: Required key not available");
    expect(stdout).toMatch(/\n0$/u);
  });

  rooted("it has stdin, stdout and stderr, and no other file descriptor", async () => {
    const descriptors = await execa("sh", [
      "-c",
      `exec 5</etc/passwd 9</ ; ${wbScript()} run --rm --rootfs=/:O ls -l /proc/self/fd`,
    ]);
    const numbers = [...descriptors.stdout.matchAll(/ (\d+) -> (.*)/gu)].map(
      ([, fd, target]) => `${fd} ${target?.replace(/\d+/gu, "N")}`,
    );
    expect(numbers).toEqual([
      "0 /dev/null",
      expect.stringMatching(/^1 pipe|^1 socket/u),
      expect.stringMatching(/^2 pipe|^2 socket/u),
      "3 /proc/N/fd",
    ]);
  });

  rooted("-w cannot lead out through a file descriptor of wb's (CVE-2024-21626)", async () => {
    const before = hostState();
    for (let fd = 0; fd < 40; fd++) {
      const { stdout, status } = await wb([
        "run",
        "--rm",
        "--rootfs=/:O",
        "-w",
        `/proc/self/fd/${fd}`,
        "sh",
        "-c",
        "pwd; ls; cat ../../../../etc/hostname",
      ]);
      expect([fd, stdout, status]).toEqual([fd, "", 125]);
    }
    await isAsBefore(before);
  });

  rooted("-w through a symbolic link to a file descriptor of wb's does not lead out, either", async () => {
    using link = temporaryDirectory();
    spawnSync("ln", ["-s", "/proc/self/fd/9", join(link.path, "out")]);
    const { stdout, status } = await wb([
      "run",
      "--rm",
      "--rootfs=/:O",
      "-v",
      `${link.path}:/l`,
      "-w",
      "/l/out",
      "pwd",
    ]);
    expect([stdout, status]).toEqual(["", 125]);
  });

  rooted("/proc/self/exe is neither Node nor anything else of the host (CVE-2019-5736)", async () => {
    expect(await output(["readlink", "/proc/self/exe"])).toBe("/usr/bin/readlink\n");
    expect(await output(["sh", "-c", "for i in /proc/[0-9]*; do readlink $i/exe; done"])).not.toMatch(
      /node|memfd|\.tools/u,
    );
    const { stdout } = await wb(["run", "--rm", "--rootfs=/:O", "/proc/self/exe", "--version"]);
    expect(stdout).toBe("");
  });

  rooted("a command that is /proc/self/exe cannot write to what wb runs from", async () => {
    const [node] = [readFileSync(join(wbScript(), "../.tools/bin/node")).length];
    using root = temporaryDirectory();
    mkdirSync(join(root.path, "proc"));
    writeFileSync(join(root.path, "script"), "#!/proc/self/exe\n", { mode: 0o755 });
    await wb(["run", "--rm", "--rootfs", root.path, "/script"]);
    expect(readFileSync(join(wbScript(), "../.tools/bin/node")).length).toBe(node);
  });

  rooted("it sees no process of the host", async () => {
    expect(
      await output([
        "sh",
        "-c",
        "ls -d /proc/[0-9]* | wc -l; kill -0 2 2>/dev/null; ps -e -o comm= 2>/dev/null | sort -u | tr '\\n' ' '",
      ]),
    ).toMatch(/^[23]\n/u);
  });

  requires("root", "command:script")(
    "nothing can be typed into the caller's terminal (TIOCSTI), also with -i",
    async () => {
      const typed = String.raw`perl -e 'open T, "+</dev/tty" or open T, "+<&0"; for (split //, "echo typed\n") { ioctl(T, 0x5412, $_) or print("refused: ", $!+0, "\n"), last }'`;
      using directory = temporaryDirectory();
      const file = join(directory.path, "steal");
      writeFileSync(file, `#!/bin/sh\n${typed}\n`, { mode: 0o755 });
      // The caller's shell would read what was typed.
      const session = `${wbScript()} run --rm --rootfs=/:O -i -v ${directory.path}:/t /t/steal; read -t 1 line; echo "read: $line"`;
      const { stdout } = await execa("script", ["-qec", `bash -c '${session}'`, "/dev/null"], { stdin: "ignore" });
      expect(stdout).toMatch(/refused: (?:1|5|25)\r?\n/u);
      expect(stdout).not.toMatch(/echo typed/u);
    },
  );

  requires("root", "command:script")(
    "with -i in a terminal the command reads from it, and is no part of its session",
    async () => {
      const inside =
        "read -r line; echo got $line; read -r _ _ _ _ _ session terminal _ < /proc/$$/stat; echo $session $terminal";
      const { stdout } = await execa(
        "script",
        ["-qec", `${wbScript()} run --rm --rootfs=/:O -i sh -c '${inside}'`, "/dev/null"],
        {
          input: "hello\n",
        },
      );
      expect(stdout).toMatch(/got hello\r?\n1 0\r?\n?$/u);
    },
  );

  rooted("the host's name and its message queues are out of reach", async () => {
    const name = spawnSync("hostname", { encoding: "utf8" }).stdout;
    await wb(["run", "--rm", "--rootfs=/:O", "--cap-add", "SYS_ADMIN", "sh", "-c", "hostname changed; ipcmk -Q"]);
    expect(spawnSync("hostname", { encoding: "utf8" }).stdout).toBe(name);
  });

  rooted("mounts that it makes with SYS_ADMIN do not reach the host", async () => {
    const before = hostState();
    await wb([
      "run",
      "--rm",
      "--rootfs=/:O",
      "--cap-add",
      "SYS_ADMIN",
      "sh",
      "-c",
      "mount -t tmpfs tmpfs /mnt; mount --make-rshared /; mount -t tmpfs tmpfs /srv",
    ]);
    await isAsBefore(before);
  });

  rooted("the old root is gone: nothing of the host's tree can be reached by leaving", async () => {
    using root = busyboxRoot();
    const script =
      "cd /; chroot /tmp /bin/true 2>/dev/null; for i in 1 2 3 4 5 6 7 8 9; do cd ..; done; ls; ls /proc/1/root/";
    const listed = (await output(["--rootfs", root.path, "--cap-add", "ALL", "sh", "-c", script])).trim().split("\n");
    expect(new Set(listed)).toEqual(new Set(["bin", "dev", "etc", "proc", "root", "sys", "tmp", "var"]));
  });
});

requires(
  "root",
  "command:runc",
  "command:busybox",
)("wb run gives the limits, umask and credentials that runc gives", async () => {
  using root = busyboxRoot();
  const script =
    "cat /proc/self/limits; umask; grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp|Speculation|Cpus_allowed|Mems)' /proc/self/status; cat /proc/self/oom_score_adj /proc/self/personality; cat /proc/self/cgroup";
  const args = [
    "--rootfs",
    root.path,
    "--cap-add",
    "SYS_PTRACE",
    "--cap-drop",
    "KILL",
    // runc gets the configuration, which wb's own filter is not part of.
    "--security-opt",
    "seccomp=unconfined",
    "-m",
    "64m",
    "sh",
    "-c",
    script,
  ];
  expect(await output(args)).toBe(outputOfRunc(args));
});

requires("root")("the container's root changes its own /dev/null by its stdio, not the host's", async () => {
  const hosts = (): unknown[] => {
    const { ctimeNs, mode } = statSync("/dev/null", { bigint: true });
    return [ctimeNs, mode];
  };
  const before = hosts();
  const script = "chmod 600 /proc/self/fd/0 && chown 0:0 /proc/self/fd/0 && stat -c %a /dev/null";
  expect(await output(["sh", "-c", script])).toBe("600\n");
  expect(hosts()).toEqual(before);
});
