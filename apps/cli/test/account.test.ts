import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requires, type TemporaryDirectory, temporaryDirectory } from "@wb/testing";
import { describe, expect, test } from "vitest";
import { resolveAccount } from "../src/engine/account.ts";

const PASSWD = `# comment
root:x:0:0:root:/root:/bin/sh
daemon:x:1:1::/usr/sbin:/bin/false
eve:x:1000:100:Eve,,,:/home/eve:/bin/bash
nohome:x:1001:1001:::/bin/sh
1000:x:4242:4242::/home/number:/bin/sh
eve:x:7:7::/second:/bin/sh
short:x:1002
empty:x:::x:/
words:x:zero:0x10:x:/
big:x:4294967295:0:x:/
nfs:x:4294967294:4294967294:x:/nfs
`;
const GROUP = `root:x:0:
users:x:100:
audio:x:29:eve,daemon
video:x:44:daemon,eve
evening:x:45:evening
0:x:77:
broken:x:many:nohome
`;

/** A root with those files in its /etc; undefined leaves one out. */
function root({
  passwd = PASSWD,
  group = GROUP,
}: { passwd?: string | null; group?: string | null } = {}): TemporaryDirectory {
  const directory = temporaryDirectory();
  mkdirSync(join(directory.path, "etc"));
  if (passwd !== null) writeFileSync(join(directory.path, "etc/passwd"), passwd);
  if (group !== null) writeFileSync(join(directory.path, "etc/group"), group);
  return directory;
}

describe("resolveAccount()", () => {
  test.for([
    { user: "", account: { uid: 0, gid: 0, groups: [], home: "/root" } },
    { user: "root", account: { uid: 0, gid: 0, groups: [], home: "/root" } },
    { user: "eve", account: { uid: 1000, gid: 100, groups: [29, 44], home: "/home/eve" } },
    { user: "1000", account: { uid: 1000, gid: 100, groups: [29, 44], home: "/home/eve" } },
    { user: "eve:audio", account: { uid: 1000, gid: 29, groups: [], home: "/home/eve" } },
    { user: "eve:5000", account: { uid: 1000, gid: 5000, groups: [], home: "/home/eve" } },
    { user: "1000:video", account: { uid: 1000, gid: 44, groups: [], home: "/home/eve" } },
    { user: "eve:", account: { uid: 1000, gid: 100, groups: [29, 44], home: "/home/eve" } },
    { user: ":audio", account: { uid: 0, gid: 29, groups: [], home: "/root" } },
    { user: "nohome:0", account: { uid: 1001, gid: 0, groups: [], home: "/" } },
    { user: "31337", account: { uid: 31_337, gid: 0, groups: [], home: "/" } },
    { user: "31337:31338", account: { uid: 31_337, gid: 31_338, groups: [], home: "/" } },
    { user: "2147483647", account: { uid: 2_147_483_647, gid: 0, groups: [], home: "/" } },
    { user: "nfs", account: { uid: 4_294_967_294, gid: 4_294_967_294, groups: [], home: "/nfs" } },
    { user: "0:0", account: { uid: 0, gid: 0, groups: [], home: "/root" } },
    { user: "007", account: { uid: 7, gid: 7, groups: [29, 44], home: "/second" } },
  ])("finds $user", ({ user, account }) => {
    using container = root();
    expect(resolveAccount(user, container.path)).toEqual(account);
  });

  test.for([
    { user: "mallory", message: "unable to find user mallory: no matching entries in the container's passwd file" },
    { user: "mallory:0", message: "unable to find user mallory" },
    { user: "eve:mallory", message: "unable to find group mallory: no matching entries in the container's group file" },
    { user: "-1", message: "unable to find user -1" },
    { user: "+0", message: "unable to find user +0" },
    { user: "0x0", message: "unable to find user 0x0" },
    { user: "1e3", message: "unable to find user 1e3" },
    { user: " 0", message: "unable to find user  0" },
    { user: "2147483648", message: "invalid id 2147483648" },
    { user: "4294967295", message: "invalid id 4294967295" },
    { user: "4294967296", message: "invalid id 4294967296" },
    { user: "0:4294967296", message: "invalid id 4294967296" },
    { user: "99999999999999999999999", message: "invalid id 9999999" },
    { user: "# comment", message: "unable to find user" },
    { user: "empty", message: `invalid id "" of empty in the container's passwd file` },
    { user: "words", message: `invalid id "zero" of words in the container's passwd file` },
    { user: "words:0", message: `invalid id "zero" of words` },
    { user: "short", message: `invalid id "" of short in the container's passwd file` },
    { user: "big", message: `invalid id "4294967295" of big in the container's passwd file` },
    { user: "nohome", message: `invalid id "many" of broken in the container's group file` },
    { user: "eve:broken", message: `invalid id "many" of broken in the container's group file` },
  ])("refuses $user", ({ user, message }) => {
    using container = root();
    expect(() => resolveAccount(user, container.path)).toThrow(
      expect.objectContaining({
        name: "UserError",
        message: expect.stringContaining(message) as string,
        hint: expect.any(String) as string,
        exitStatus: 125,
      }) as Error,
    );
  });

  test.for(["1000", "0"])(
    "takes %s for a number, though an account or a group has it as its name (CVE-2026-30892)",
    (name) => {
      using container = root();
      expect(resolveAccount(`${name}:${name}`, container.path)).toMatchObject({ uid: Number(name), gid: Number(name) });
    },
  );

  test.for(["", "0", "0:0", "1000"])("needs no files for %j", (user) => {
    using container = root({ passwd: null, group: null });
    expect(resolveAccount(user, container.path)).toEqual({
      uid: Number(user.split(":")[0]),
      gid: 0,
      groups: [],
      home: "/",
    });
  });

  test("needs no /etc for a number, and says so for a name", () => {
    using container = root();
    rmSync(join(container.path, "etc"), { recursive: true });
    expect(resolveAccount("5:6", container.path)).toMatchObject({ uid: 5, gid: 6 });
    expect(() => resolveAccount("root", container.path)).toThrow("unable to find user root");
  });

  test.for([
    { link: "absolute", to: (outside: string) => outside },
    { link: "relative", to: (outside: string) => `../../../../../../../..${outside}` },
    { link: "through /proc", to: () => "/proc/self/root/etc/passwd" },
  ])("does not follow an $link symbolic link out of the root", ({ to }) => {
    using container = root({ passwd: null });
    using outside = root({ passwd: "eve:x:0:0::/:/bin/sh\nroot:x:31337:0::/:/bin/sh\n" });
    symlinkSync(to(join(outside.path, "etc/passwd")), join(container.path, "etc/passwd"));
    expect(() => resolveAccount("eve", container.path)).toThrow("unable to find user eve");
    expect(resolveAccount("0", container.path).home).toBe("/");
  });

  test("does not follow /etc out of the root", () => {
    using container = root();
    using outside = root({ passwd: "eve:x:0:0::/:/bin/sh\n" });
    rmSync(join(container.path, "etc"), { recursive: true });
    symlinkSync(join(outside.path, "etc"), join(container.path, "etc"));
    expect(() => resolveAccount("eve", container.path)).toThrow("unable to find user eve");
  });

  test("follows a symbolic link within the root, as an absolute one is meant there", () => {
    using container = root({ passwd: null });
    mkdirSync(join(container.path, "usr"));
    writeFileSync(join(container.path, "usr/passwd"), PASSWD);
    symlinkSync("/usr/passwd", join(container.path, "etc/passwd"));
    expect(resolveAccount("eve", container.path).uid).toBe(1000);
  });

  test("takes a loop of symbolic links for no file", () => {
    using container = root({ passwd: null });
    symlinkSync("passwd", join(container.path, "etc/passwd"));
    expect(() => resolveAccount("eve", container.path)).toThrow("unable to find user eve");
  });

  test("takes a directory for no file", () => {
    using container = root({ passwd: null });
    mkdirSync(join(container.path, "etc/passwd"));
    expect(() => resolveAccount("eve", container.path)).toThrow("unable to find user eve");
  });

  requires("command:mkfifo")("does not wait for a FIFO that is in the place of a file", () => {
    using container = root({ passwd: null, group: null });
    spawnSync("mkfifo", [join(container.path, "etc/passwd"), join(container.path, "etc/group")]);
    expect(() => resolveAccount("eve", container.path)).toThrow("unable to find user eve");
    expect(resolveAccount("0", container.path).home).toBe("/");
  });

  requires("root")("reads no device that is in the place of a file", () => {
    using container = root({ passwd: null });
    spawnSync("mknod", [join(container.path, "etc/passwd"), "c", "1", "5"]);
    expect(() => resolveAccount("eve", container.path)).toThrow("unable to find user eve");
  });

  test("opens no file descriptors that stay", () => {
    using container = root();
    const before = readdirSync("/proc/self/fd");
    resolveAccount("eve", container.path);
    expect(() => resolveAccount("mallory", container.path)).toThrow("mallory");
    expect(readdirSync("/proc/self/fd")).toEqual(before);
  });
});
