import { MOUNT_ATTR, MS } from "@wb/syscall";
import { constantFrom, array, assert, property } from "fast-check";
import { expect, test } from "vitest";
import { parseMountOptions, type ParsedOptions } from "../src/index.ts";

const nothing: ParsedOptions = {
  set: 0,
  clear: 0,
  recursiveSet: 0,
  recursiveClear: 0,
  propagation: [],
  bind: undefined,
  remount: false,
  idmap: undefined,
  copyUp: false,
  link: "follow",
  onLink: false,
  superblock: [],
  data: [],
};

test.each<[words: string, parsed: Partial<ParsedOptions>]>([
  ["", {}],
  ["defaults", {}],
  ["ro", { set: MOUNT_ATTR.RDONLY }],
  ["rw", { clear: MOUNT_ATTR.RDONLY }],
  ["ro,rw", { clear: MOUNT_ATTR.RDONLY }],
  ["rw,ro", { set: MOUNT_ATTR.RDONLY }],
  ["nosuid,nodev,noexec", { set: MOUNT_ATTR.NOSUID | MOUNT_ATTR.NODEV | MOUNT_ATTR.NOEXEC }],
  ["nosuid,suid", { clear: MOUNT_ATTR.NOSUID }],
  ["noatime", { set: MOUNT_ATTR.NOATIME, clear: MOUNT_ATTR._ATIME }],
  ["noatime,strictatime", { set: MOUNT_ATTR.STRICTATIME, clear: MOUNT_ATTR._ATIME }],
  ["noatime,relatime", { set: MOUNT_ATTR.RELATIME, clear: MOUNT_ATTR._ATIME }],
  ["rro", { recursiveSet: MOUNT_ATTR.RDONLY }],
  ["rro,ro", { recursiveSet: MOUNT_ATTR.RDONLY, set: MOUNT_ATTR.RDONLY }],
  ["rnosuid,rnodev", { recursiveSet: MOUNT_ATTR.NOSUID | MOUNT_ATTR.NODEV }],
  ["bind", { bind: "bind" }],
  ["rbind,rprivate,ro", { bind: "rbind", propagation: [MS.PRIVATE | MS.REC], set: MOUNT_ATTR.RDONLY }],
  ["shared,rslave", { propagation: [MS.SHARED, MS.SLAVE | MS.REC] }],
  ["size=64m,mode=1777,nosuid", { data: ["size=64m", "mode=1777"], set: MOUNT_ATTR.NOSUID }],
  ["newinstance,gid=5", { data: ["newinstance", "gid=5"] }],
  ["bind,rbind", { bind: "rbind" }],
  ["rbind,bind", { bind: "rbind" }],
  ["noatime,atime", {}],
  ["atime", {}],
  ["relatime,atime", { clear: MOUNT_ATTR._ATIME }],
  ["noatime,nostrictatime", { set: MOUNT_ATTR.NOATIME, clear: MOUNT_ATTR._ATIME }],
  ["strictatime,norelatime", { set: MOUNT_ATTR.STRICTATIME, clear: MOUNT_ATTR._ATIME }],
  [
    "rrw,rsuid,rdev,rexec",
    { recursiveClear: MOUNT_ATTR.RDONLY | MOUNT_ATTR.NOSUID | MOUNT_ATTR.NODEV | MOUNT_ATTR.NOEXEC },
  ],
  [
    "rnoexec,rnodiratime,rnosymfollow",
    { recursiveSet: MOUNT_ATTR.NOEXEC | MOUNT_ATTR.NODIRATIME | MOUNT_ATTR.NOSYMFOLLOW },
  ],
  ["rdiratime,rsymfollow", { recursiveClear: MOUNT_ATTR.NODIRATIME | MOUNT_ATTR.NOSYMFOLLOW }],
  ["rnoatime", { recursiveSet: MOUNT_ATTR.NOATIME, recursiveClear: MOUNT_ATTR._ATIME }],
  ["rstrictatime", { recursiveSet: MOUNT_ATTR.STRICTATIME, recursiveClear: MOUNT_ATTR._ATIME }],
  ["rrelatime", { recursiveClear: MOUNT_ATTR._ATIME }],
  ["ratime", { recursiveClear: MOUNT_ATTR._ATIME }],
  ["rnorelatime", {}],
  ["sync,dirsync,lazytime,mand", { superblock: ["sync", "dirsync", "lazytime", "mand"] }],
  ["async,nolazytime,nomand", { superblock: ["async", "nolazytime", "nomand"] }],
  ["silent,loud,acl,noacl,iversion,noiversion", {}],
  ["remount,bind,ro", { remount: true, bind: "bind", set: MOUNT_ATTR.RDONLY }],
  ["idmap", { idmap: "idmap" }],
  ["idmap,ridmap", { idmap: "ridmap" }],
  ["tmpcopyup", { copyUp: true }],
  ["copy-symlink", { link: "copy" }],
  ["src-nofollow,dest-nofollow", { link: "mount", onLink: true }],
  ["constructor,__proto__,rtoString", { data: ["constructor", "__proto__", "rtoString"] }],
  ["random,rubbish", { data: ["random", "rubbish"] }],
])("parseMountOptions() reads %j", (words, parsed) => {
  expect(parseMountOptions(words === "" ? [] : words.split(","))).toEqual({ ...nothing, ...parsed });
});

test("parseMountOptions() never sets and clears the same flag, the access time aside", () => {
  const word = constantFrom(
    "ro",
    "rw",
    "nosuid",
    "suid",
    "nodev",
    "dev",
    "noexec",
    "exec",
    "nodiratime",
    "diratime",
    "nosymfollow",
    "symfollow",
  );
  assert(
    property(array(word), (words) => {
      const { set, clear } = parseMountOptions(words);
      expect(set & clear).toBe(0);
    }),
  );
});
