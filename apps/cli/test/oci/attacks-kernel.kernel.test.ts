/** What code in a container asks of the kernel: the attacks that capabilities, seccomp, cgroups, keyrings and terminals stop. */
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { OciSeccomp } from "@wb/security";
import { requires, temporaryDirectory } from "@wb/testing";
import { describe, expect } from "vitest";
import { hostPrograms, target } from "../support/oci-attack.ts";

const needs = requires("root", "command:busybox");
const withPerl = requires("root", "command:busybox", "command:perl", "x64");
const id = `wb-kernel-${process.pid}`;

/** What v1 exploits did: find a release_agent, or mount a hierarchy that has one. */
const RELEASE_AGENT = `
  for file in $(find /sys/fs/cgroup -name release_agent 2>/dev/null); do (echo /x > $file) 2>/dev/null && echo wrote; done
  for kind in memory pids rdma none,name=wb-test; do mount -t cgroup -o $kind cgroup /mnt 2>/dev/null && echo mounted; done
  (mkdir /sys/fs/cgroup/x /sys/fs/cgroup/*/x) 2>/dev/null && echo made
  echo end`;

describe("a container of wb oci", () => {
  needs("writes no release_agent and makes no group (CVE-2022-0492, CVE-2023-25809)", async () => {
    await using attacked = target();
    mkdirSync(join(attacked.rootfs, "mnt"));
    const spec = attacked.spec("sleep 1000");
    await attacked.start(id, spec);
    expect(await attacked.exec(id, RELEASE_AGENT)).toMatch(/^end\n$/);
    await attacked.oci("delete", "--force", id);
    const { namespaces = [] } = spec.linux ?? {};
    await attacked.start(id, {
      ...spec,
      linux: { ...spec.linux, namespaces: namespaces.filter(({ type }) => type !== "cgroup") },
    });
    expect(await attacked.exec(id, RELEASE_AGENT)).toMatch(/^end\n$/);
  });

  withPerl(
    "opens no inode of the host by its handle, with root's default capabilities or without a filter",
    async () => {
      await using attacked = target();
      const usr = hostPrograms(attacked.rootfs);
      // name_to_handle_at(AT_FDCWD, "/etc"), open_by_handle_at(2) of it and of inode 2
      const script = String.raw`use strict;
      my ($handle, $mount) = (pack("IIx128", 128, 0), pack("i", 0));
      open my $root, "<", "/" or die; my $fd = fileno $root;
      for my $h (pack("IIQ", 8, 1, 2), $handle) {
        my $opened = syscall(304, $fd, $h, 0); print $opened < 0 ? "refused " . ($!+0) . "\n" : "opened\n";
      }`;
      writeFileSync(join(attacked.rootfs, "tmp/shocker"), script);
      const added = ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_MKNOD", "CAP_SYS_CHROOT", "CAP_SETFCAP"];
      await attacked.start(id, attacked.spec("sleep 1000", { more: [usr], add: added }));
      expect(await attacked.exec(id, "/usr/bin/perl /tmp/shocker")).toMatch(/^(?:refused 1\n){2}$/);
    },
  );

  withPerl("passes by its filter neither by x32 nor by i386 system calls", async () => {
    await using attacked = target();
    const usr = hostPrograms(attacked.rootfs);
    const seccomp: OciSeccomp = {
      defaultAction: "SCMP_ACT_ALLOW",
      architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
      syscalls: [{ names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO", errnoRet: 77 }],
    };
    // mkdir: mov rdi, path; x86-64 83, x32 0x40000053, i386 39 by int 0x80. The exit status is what the last one says.
    writeFileSync(join(attacked.rootfs, "tmp/x64"), program("b853000000", "0f05"), { mode: 0o755 });
    writeFileSync(join(attacked.rootfs, "tmp/x32"), program("b853000040", "0f05"), { mode: 0o755 });
    writeFileSync(join(attacked.rootfs, "tmp/i386"), program("b827000000", "cd80"), { mode: 0o755 });
    await attacked.start(id, attacked.spec("sleep 1000", { more: [usr], linux: { seccomp } }));
    for (const name of ["x64", "x32", "i386"]) {
      const said = await attacked.exec(id, `/tmp/${name}; echo $?`);
      // 77, or ENOSYS where the kernel lacks the table, or a fault where it lacks the interrupt.
      expect([name, said]).toEqual([name, expect.stringMatching(/^(?:77|38|139)\n|Segmentation fault/)]);
    }
    expect(statSync(join(attacked.rootfs, "d"), { throwIfNoEntry: false })).toBeUndefined();
  });

  needs("cannot type into a terminal, or take one, of who called the runtime (CVE-2017-5226)", async () => {
    await using attacked = target();
    await attacked.start(id, attacked.spec("sleep 1000"));
    const stat = await attacked.exec(id, "cat /proc/self/stat; (: < /dev/tty) && echo tty");
    expect(stat).not.toMatch(/^tty$/m);
    const [, , , , , session, terminal] = stat.split(" ");
    expect([Number(session) > 0, terminal]).toEqual([true, "0"]);
  });

  requires(
    "root",
    "command:busybox",
    "command:keyctl",
  )("has a session keyring of its own, and sees no keys", async () => {
    await using attacked = target();
    const usr = hostPrograms(attacked.rootfs);
    const bundle = attacked.bundle(attacked.spec("sleep 1000", { more: [usr] }));
    const show = `"$@" exec ${id} /usr/bin/keyctl`;
    const { stdout } = await attacked.shell(`keyctl session - sh -c '
      keyctl add user wb-secret value @s > /dev/null
      "$@" create --bundle ${bundle} ${id} && "$@" start ${id}
      ${show} search @s user wb-secret || echo hidden; ${show} show @s; "$@" exec ${id} wc -c /proc/keys
    ' sh "$@"`);
    expect(stdout).toContain("hidden");
    expect(stdout).not.toContain("wb-secret");
    expect(stdout).toMatch(/^0 \/proc\/keys$/m);
    await attacked.oci("delete", "--force", id);
  });

  needs("keeps no group of the caller's in a user namespace (CVE-2014-8989, CVE-2018-7169)", async () => {
    await using attacked = target();
    const spec = attacked.spec("sleep 1000");
    const { namespaces = [] } = spec.linux ?? {};
    const mappings = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
    const linux = {
      ...spec.linux,
      namespaces: [...namespaces, { type: "user" as const }],
      uidMappings: mappings,
      gidMappings: mappings,
    };
    const pid = await attacked.start(id, { ...spec, linux });
    for (const status of [
      readFileSync(`/proc/${pid}/status`, "utf8"),
      await attacked.exec(id, "cat /proc/self/status"),
    ]) {
      expect(status).toMatch(/^Groups:\s*$/m);
      expect(status).toMatch(/^CapInh:\s+0+$/m);
    }
  });

  needs(
    "mounts nothing outside while another one exchanges directories of a volume that both have (CVE-2021-30465)",
    async () => {
      await using attacked = target();
      using volume = temporaryDirectory();
      using outside = temporaryDirectory();
      writeFileSync(join(outside.path, "file"), "of the host");
      mkdirSync(join(volume.path, "place"));
      symlinkSync(outside.path, join(volume.path, "link"));
      const shared = { destination: "/volume", type: "bind", source: volume.path, options: ["rbind"] };
      const swap = "cd /volume; while :; do mv place p; mv link place; mv place link; mv p place; done";
      await attacked.start(`${id}-swapper`, attacked.spec(swap, { more: [shared] }));
      for (let count = 0; count < 10; count++) {
        const more = [shared, { destination: "/volume/place/below", type: "tmpfs", source: "tmpfs" }];
        const look = `test -e /volume/place/file && echo reached > /tmp/reached; cat /proc/self/mountinfo > /tmp/mounts-${count}`;
        await attacked.start(id, attacked.spec(look, { more })).catch(() => {});
        await attacked.oci("delete", "--force", id);
      }
      expect(statSync(join(outside.path, "below"), { throwIfNoEntry: false })).toBeUndefined();
      expect(statSync(join(attacked.rootfs, "tmp/reached"), { throwIfNoEntry: false })).toBeUndefined();
      expect(readFileSync("/proc/self/mountinfo", "utf8")).not.toContain(outside.path);
    },
  );
});

/** A program of 64 bits that makes a directory "d" by one system call, and ends with its errno. */
function program(number: string, instruction: string): Buffer {
  const path = 0x400000 + 0x78;
  const address = Buffer.alloc(4);
  address.writeUInt32LE(path);
  // "d\0"; mov edi, path; mov ebx, path; mov esi, 0777; mov ecx, esi; mov eax, number; …; neg eax; mov edi, eax; mov eax, 60; syscall
  const code = Buffer.from(
    `6400bf${address.toString("hex")}bb${address.toString("hex")}beff01000089f1${number}${instruction}f7d889c7b83c0000000f05`,
    "hex",
  );
  const header = Buffer.alloc(0x78);
  header.write("7f454c46020101", 0, "hex");
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(62, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(path + 2), 24);
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(64, 52);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(1, 56);
  header.writeUInt32LE(1, 64);
  header.writeUInt32LE(5, 68);
  header.writeBigUInt64LE(0x400000n, 80);
  header.writeBigUInt64LE(0x400000n, 88);
  header.writeBigUInt64LE(BigInt(0x78 + code.length), 96);
  header.writeBigUInt64LE(BigInt(0x78 + code.length), 104);
  header.writeBigUInt64LE(0x1000n, 112);
  return Buffer.concat([header, code]);
}
