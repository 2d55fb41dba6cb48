/** What code in a container can do to a process of it that is no command yet: CVE-2016-9962, CVE-2019-5736, CVE-2024-21626. */
import { chmodSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { requires } from "@wb/testing";
import { describe, expect } from "vitest";
import { hostPrograms, target } from "../support/oci-attack.ts";

const needs = requires("root", "command:busybox");
const withPerl = requires("root", "command:busybox", "command:perl", "x64");
const id = `wb-created-${process.pid}`;

/** What `exec` in a created container tries with the process that waits for its start. */
const ATTACKS = {
  "the host's /dev/null, by its stdin": "chmod 0 /proc/1/fd/0",
  "the host's log, by its stdout": "echo injected > /proc/1/fd/1",
  "the FIFO that it waits at": "for fd in /proc/1/fd/*; do test -p $fd && echo 0 > $fd; done; true",
  "what its file descriptors lead to": "for fd in /proc/1/fd/*; do readlink $fd && echo reached; done; true",
  "its program": "cat /proc/1/exe > /tmp/exe && echo reached",
  "its memory": "head -c 1 /proc/1/mem; cat /proc/1/maps | grep . && echo reached",
  "its working directory and root": "ls /proc/1/cwd/ /proc/1/root/ && echo reached",
};

describe("wb oci create: the process that waits for its start", () => {
  needs.each(Object.entries(ATTACKS))("is closed to code in the container: %s (CVE-2016-9962)", async (_, script) => {
    await using attacked = target();
    const pid = await attacked.create(id, attacked.spec("echo ran; sleep 1000", { add: ["CAP_FOWNER", "CAP_CHOWN"] }));
    const mode = statSync("/dev/null").mode;
    const log = readlinkSync(`/proc/${pid}/fd/1`);
    try {
      const said = await attacked.exec(id, script);
      expect(said).not.toContain("reached");
      expect(said).toMatch(/denied|permitted|^$/);
      expect(statSync("/dev/null").mode).toBe(mode);
      expect(readFileSync(log, "utf8")).toBe("");
      expect(JSON.parse((await attacked.oci("state", id)).stdout)).toMatchObject({ status: "created", pid });
    } finally {
      chmodSync("/dev/null", mode);
    }
  });

  needs("has open nothing of the host but its stdio and the FIFO, and not the host's /dev/null", async () => {
    await using attacked = target();
    const bundle = attacked.bundle(attacked.spec("sleep 1000"));
    // What an engine left open for all its children.
    const outcome = await attacked.shell(
      `exec 7</etc 9</ ; "$@" create --bundle ${bundle} --pid-file ${attacked.path}/pid ${id}`,
    );
    expect(outcome).toMatchObject({ status: 0 });
    const pid = readFileSync(join(attacked.path, "pid"), "utf8");
    const open = readdirSync(`/proc/${pid}/fd`).map((fd) => [fd, readlinkSync(`/proc/${pid}/fd/${fd}`)] as const);
    const others = open.filter(([fd, path]) => Number(fd) > 2 && !/^pipe:|^anon_inode:\[signalfd\]$/.test(path));
    expect(others.map(([, path]) => path)).toEqual([expect.stringMatching(/\/exec\.fifo$/)]);
    const own = statSync(`/proc/${pid}/fd/0`);
    expect([own.rdev, own.dev]).not.toEqual([statSync("/dev/null").rdev, statSync("/dev/null").dev]);
    await attacked.oci("delete", "--force", id);
  });

  withPerl("cannot be traced, nor its descriptors taken by pidfd_getfd(2), by root of the container", async () => {
    await using attacked = target();
    const usr = hostPrograms(attacked.rootfs);
    await attacked.create(id, attacked.spec("sleep 1000", { more: [usr] }));
    // ptrace(PTRACE_ATTACH, 1), pidfd_open(1, 0), pidfd_getfd(pidfd, 0..63, 0), process_vm_readv(1)
    const script = `/usr/bin/perl -e '
      print "traced\\n" if syscall(101, 16, 1, 0, 0) == 0;
      my $pidfd = syscall(434, 1, 0);
      for (0..63) { print "got $_\\n" if syscall(438, $pidfd, $_, 0) >= 0 }
      print "end\\n"'`;
    expect(await attacked.exec(id, script)).toBe("end\n");
  });

  withPerl("is not its root's to trace in a user namespace, even with CAP_SYS_PTRACE in there", async () => {
    await using attacked = target();
    const usr = hostPrograms(attacked.rootfs);
    const base = attacked.spec("sleep 1000", { more: [usr], add: ["CAP_SYS_PTRACE"] });
    const mappings = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
    const { namespaces = [] } = base.linux ?? {};
    await attacked.create(id, {
      ...base,
      linux: {
        ...base.linux,
        namespaces: [...namespaces, { type: "user" }],
        uidMappings: mappings,
        gidMappings: mappings,
      },
    });
    const script = `/usr/bin/perl -e '
      print "traced\\n" if syscall(101, 16, 1, 0, 0) == 0;
      print "opened $_\\n" for grep { open my $f, "<", $_ } glob "/proc/1/fd/* /proc/1/mem /proc/1/exe";
      print "end\\n"'`;
    expect(await attacked.exec(id, script)).toBe("end\n");
  });

  needs("gives its command neither the FIFO nor any other descriptor", async () => {
    await using attacked = target();
    const pid = await attacked.start(id, attacked.spec("exec sleep 1000"));
    await expect.poll(() => readlinkSync(`/proc/${pid}/exe`)).toContain("busybox");
    expect(readdirSync(`/proc/${pid}/fd`)).toEqual(["0", "1", "2"]);
    const seen = await attacked.exec(id, "ls -l /proc/1/fd /proc/self/fd");
    expect(seen).not.toMatch(/-> .*(?:fifo|state|cgroup|memfd|pipe|socket)/);
  });

  needs("starts hooks with stdio alone, in the host as in the container", async () => {
    await using attacked = target();
    const list = "ls -l /proc/self/fd >> ";
    const hook = (path: string) => [{ path: "/bin/sh", args: ["sh", "-c", `${list}${path}; env >> ${path}.env`] }];
    const host = join(attacked.path, "seen");
    await attacked.start(
      id,
      attacked.spec("sleep 1000", {
        hooks: {
          prestart: hook(host),
          createRuntime: hook(host),
          createContainer: hook(host),
          startContainer: hook("/tmp/seen"),
          poststart: hook(host),
        },
      }),
    );
    for (const [path, count] of [
      [host, 4],
      [join(attacked.rootfs, "tmp/seen"), 1],
    ] as const) {
      const fds = [...readFileSync(path, "utf8").matchAll(/ (\d+) -> (.*)/g)].map(([, fd, to]) => `${fd} ${to}`);
      expect(fds.filter((line) => !/^[012] (?:pipe:|\/.*seen)|^3 \/proc\/\d+\/fd|^1 /.test(line))).toEqual([]);
      expect(fds.filter((line) => line.startsWith("0 "))).toHaveLength(count);
    }
  });
});
