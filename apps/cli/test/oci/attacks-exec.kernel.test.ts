/** What a container does to a process that is about to enter it, or leaves in its way. */
import { createHash } from "node:crypto";
import { readFileSync, rmSync, statSync, symlinkSync, writeFileSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { requires } from "@wb/testing";
import { describe, expect } from "vitest";
import { hostPrograms, target } from "../support/oci-attack.ts";
import { wbProgram } from "../support/wb.ts";

const needs = requires("root", "command:busybox");
const withPerl = requires("root", "command:busybox", "command:perl", "x64");
const id = `wb-entered-${process.pid}`;

/** What a process.json may not have. */
const UNBELIEVABLE = {
  args: { args: ["echo", "a\u0000b"] },
  "args[0]": { args: ["/bin/echo\u0000x"] },
  env: { args: ["env"], env: ["A=b\u0000C=d"] },
  cwd: { args: ["pwd"], cwd: "/tmp\u0000/x" },
  "a relative cwd": { args: ["pwd"], cwd: "../.." },
  "an id": { args: ["id"], user: { uid: -1, gid: 0 } },
  "a label": { args: ["id"], selinuxLabel: "a\u0000b" },
  "a limit": { args: ["id"], rlimits: [{ type: "RLIMIT_NOFILE\u0000", hard: 1, soft: 1 }] },
  "no words": { args: [] },
};

function digest(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

describe("wb oci exec", () => {
  needs("opens no device or FIFO that a container has in the place of its terminals (CVE-2025-52565)", async () => {
    await using attacked = target();
    const { mounts = [] } = attacked.spec("");
    const wait =
      "mkfifo /dev/pts/ptmx; echo ready > /tmp/ready; read -r line < /dev/pts/ptmx; echo opened > /tmp/opened";
    const spec = attacked.spec(`mkdir -p /dev/pts; (${wait}) & sleep 1000`, {
      mounts: mounts.filter(({ destination }) => destination !== "/dev/pts"),
    });
    await attacked.start(id, spec);
    await expect.poll(() => statSync(join(attacked.rootfs, "tmp/ready"), { throwIfNoEntry: false })).toBeDefined();
    const socket = join(attacked.path, "console");
    const server = createServer((connection) => connection.resume()).listen(socket);
    try {
      await attacked.oci("exec", "--detach", "--tty", "--console-socket", socket, id, "true");
    } finally {
      server.close();
    }
    // Somebody who had it open would have closed it again: the reader would have read an end of file.
    await attacked.exec(id, "true");
    expect(statSync(join(attacked.rootfs, "tmp/opened"), { throwIfNoEntry: false })).toBeUndefined();
  });

  needs("enters the root of a container without a mount namespace", async () => {
    await using attacked = target();
    const spec = attacked.spec("sleep 1000");
    const { namespaces = [] } = spec.linux ?? {};
    await attacked.start(id, {
      ...spec,
      mounts: [],
      linux: { namespaces: namespaces.filter(({ type }) => type !== "mount") },
    });
    expect((await attacked.exec(id, "ls /")).split("\n")).not.toContain("home");
    expect(await attacked.exec(id, "ls /bin/busybox; ls /../../usr")).toMatch(/^\/bin\/busybox\n.*No such/);
  });

  needs.each([
    ["a file", (path: string) => writeFileSync(path, "of the container")],
    ["a link to a descriptor of what enters", (path: string) => symlinkSync("/proc/self/fd/1", path)],
    ["a link to its program", (path: string) => symlinkSync("/proc/self/exe", path)],
    ["nothing", () => {}],
  ])("refuses %s in the place of /dev/null (CVE-2024-21626, CVE-2025-31133)", async (_, put) => {
    await using attacked = target();
    const { mounts = [] } = attacked.spec("");
    const mode = statSync("/dev/null").mode;
    const spec = attacked.spec("rm /dev/null; sleep 1000", {
      mounts: mounts.filter(({ destination }) => destination !== "/dev" && !destination.startsWith("/dev/")),
    });
    const pid = await attacked.start(id, spec);
    await expect.poll(() => statSync(`/proc/${pid}/root/dev/null`, { throwIfNoEntry: false })).toBeUndefined();
    put(`/proc/${pid}/root/dev/null`);
    const { status, stdout, stderr } = await attacked.oci("exec", id, "cat");
    expect([status, stdout]).toEqual([255, ""]);
    expect(stderr).toMatch(/dev\/null/);
    expect(statSync("/dev/null").mode).toBe(mode);
  });

  needs("cannot be led out by its working directory (CVE-2024-21626)", async () => {
    await using attacked = target();
    for (const fd of [7, 9, 33]) symlinkSync(`/proc/self/fd/${fd}`, join(attacked.rootfs, `tmp/${fd}`));
    await attacked.start(id, attacked.spec("sleep 1000"));
    for (let fd = 3; fd < 40; fd += 2) {
      const { status, stdout } = await attacked.oci("exec", "--cwd", `/proc/self/fd/${fd}`, id, "ls", "../../..");
      expect([fd, status, stdout]).toEqual([fd, 255, ""]);
    }
    for (const cwd of ["/tmp/9", "/proc/1/cwd", "/proc/self/cwd", "/proc/self/root"])
      expect((await attacked.oci("exec", "--cwd", cwd, id, "ls")).stdout).toBe("");
  });

  withPerl("is out of reach of a container that waits for it, and so is its program (CVE-2019-5736)", async () => {
    await using attacked = target();
    const usr = hostPrograms(attacked.rootfs);
    // Opens the program of all that comes, and keeps it; later it would write there.
    const script = String.raw`
      my %seen; my $end = time + 600;
      open my $log, ">>", "/tmp/log"; $log->autoflush(1); print $log "ready\n";
      while (time < $end && !-e "/tmp/stop") {
        for my $pid (grep /^\d+$/ && $_ != $$ && $_ != 1, map { m{(\d+)$} } glob "/proc/[0-9]*") {
          my $exe = readlink("/proc/$pid/exe") // next;
          print $log "saw $exe\n" if $exe !~ m{^/bin/busybox$|^/usr/bin/perl$} && !$seen{$exe}++;
          for my $mode ("+<", ">>") { open my $file, $mode, "/proc/$pid/exe" or next; print $log "opened $exe\n" if $exe !~ m{busybox} }
          open my $memory, "+<", "/proc/$pid/mem" or next;
          print $log "read $exe\n" if $exe =~ m{memfd|node};
        }
      }`;
    writeFileSync(join(attacked.rootfs, "tmp/watch"), `use IO::Handle;${script}`);
    await attacked.start(id, attacked.spec("exec /usr/bin/perl /tmp/watch", { more: [usr] }));
    const log = (): string => readFileSync(join(attacked.rootfs, "tmp/log"), "utf8");
    await expect.poll(() => statSync(join(attacked.rootfs, "tmp/log"), { throwIfNoEntry: false })?.size).toBe(6);
    const files = [...wbProgram()];
    const before = files.map(digest);
    symlinkSync("/proc/self/exe", join(attacked.rootfs, "tmp/self"));
    writeFileSync(join(attacked.rootfs, "tmp/script"), "#!/proc/self/exe\n", { mode: 0o755 });
    for (let count = 0; count < 3; count++) {
      for (const command of ["/bin/true", "/proc/self/exe", "/tmp/self", "/tmp/script"])
        await attacked.oci("exec", "--env", "LD_PRELOAD=/tmp/watch", id, command);
    }
    writeFileSync(join(attacked.rootfs, "tmp/stop"), "");
    expect(log()).toBe("ready\n");
    expect(files.map(digest)).toEqual(before);
  });

  needs("-u takes nothing but numbers for ids (CVE-2026-30892)", async () => {
    await using attacked = target();
    await attacked.start(id, attacked.spec("sleep 1000"));
    for (const user of ["", "root", "0x0", "-1", "4294967295", " 0", "0 ", "1e3", "+1", "0:root", "1:", ":0", "1\n"]) {
      const { status, stdout, stderr } = await attacked.oci("exec", `--user=${user}`, id, "id");
      expect([user, status, stdout]).toEqual([user, 255, ""]);
      expect(stderr).toContain("invalid id");
    }
  });

  needs("reads no file of the container to know its user", async () => {
    await using attacked = target();
    for (const name of ["passwd", "group"]) {
      rmSync(join(attacked.rootfs, "etc", name));
      writeFileSync(join(attacked.rootfs, "etc", name), "root:x:0:0::/:/bin/sh\n1:x:0:0::/:/bin/sh\n");
    }
    await attacked.start(id, attacked.spec("rm -rf /etc; ln -s /proc/self/fd /etc; sleep 1000"));
    expect(await attacked.exec(id, "id -u; id -g; id -G", "--user", "1:1")).toBe("1\n1\n1\n");
  });

  needs(
    "gives no supplementary group, capability or limit that nobody asked for (CVE-2022-2989, CVE-2022-24769)",
    async () => {
      await using attacked = target();
      await attacked.start(id, attacked.spec("sleep 1000"));
      const status = await attacked.exec(id, "cat /proc/self/status", "--user", "1000:1000", "--cap", "CAP_CHOWN");
      expect(status).toMatch(/^Groups:\s*(?:1000\s*)?$/m);
      for (const set of ["CapInh", "CapAmb", "CapEff", "CapPrm"])
        expect(status).toMatch(new RegExp(`^${set}:\\s+0+$`, "m"));
      expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    },
  );

  needs("leaves the host's /dev/null as it is, whoever the user is", async () => {
    await using attacked = target();
    const of = ({ mode, uid, gid }: { mode: number; uid: number; gid: number }) => [mode, uid, gid];
    const before = of(statSync("/dev/null"));
    await attacked.start(id, attacked.spec("sleep 1000", { add: ["CAP_FOWNER", "CAP_CHOWN", "CAP_DAC_OVERRIDE"] }));
    await attacked.exec(id, "true", "--user", "1000:1000");
    await attacked.exec(
      id,
      "chmod 0600 /dev/null /proc/self/fd/0; chown 1:1 /dev/null /proc/self/fd/0; sleep 1 & chmod 0600 /proc/$!/fd/0",
    );
    expect(of(statSync("/dev/null"))).toEqual(before);
  });

  needs("--cgroup does not leave the container's group", async () => {
    await using attacked = target();
    await attacked.start(id, attacked.spec("sleep 1000"));
    for (const path of ["..", "../..", "a/../../..", "/../x"]) {
      const { status, stdout } = await attacked.oci("exec", "--cgroup", path, id, "cat", "/proc/self/cgroup");
      expect([path, status, stdout]).toEqual([path, 255, ""]);
    }
  });

  needs("--process refuses a process that is not to be believed", async () => {
    await using attacked = target();
    await attacked.start(id, attacked.spec("sleep 1000"));
    const file = join(attacked.path, "process.json");
    for (const [what, change] of Object.entries(UNBELIEVABLE)) {
      writeFileSync(file, JSON.stringify({ cwd: "/", user: { uid: 0, gid: 0 }, ...change }));
      const { status, stdout, stderr } = await attacked.oci("exec", "--process", file, id);
      expect([what, status, stdout]).toEqual([what, 255, ""]);
      // No control character reaches the terminal or the log.
      expect(stderr.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    }
  });

  needs("--pid-file replaces a link that somebody put there, and writes nothing where it leads", async () => {
    await using attacked = target();
    const victim = join(attacked.path, "victim");
    writeFileSync(victim, "of the host");
    mkdirSync(join(attacked.rootfs, "run"), { recursive: true });
    const file = join(attacked.rootfs, "run/pid");
    symlinkSync(victim, file);
    await attacked.start(id, attacked.spec("sleep 1000"));
    await attacked.oci("exec", "--detach", "--pid-file", file, id, "sleep", "1000");
    expect(readFileSync(victim, "utf8")).toBe("of the host");
    expect(readFileSync(file, "utf8")).toMatch(/^\d+$/);
  });
});
