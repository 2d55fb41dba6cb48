import { describe, expect, it } from "vitest";
import { CgroupError } from "../src/error.ts";
import { ancestry, cgroupPath } from "../src/path.ts";

describe("cgroupPath()", () => {
  it.each([
    ["/wb-1", "/wb-1"],
    ["wb-1", "/wb-1"],
    ["//a//b/./c/", "/a/b/c"],
    ["/kubepods.slice/pod:1", "/kubepods.slice/pod:1"],
    ["/...", "/..."],
    ["/ä b", "/ä b"],
  ])("cleans %j to %j", (path, clean) => {
    expect(cgroupPath(path)).toBe(clean);
  });

  it.each([
    ["/../etc", '".."'],
    ["/a/../../b", '".."'],
    ["..", '".."'],
    ["", "root of the hierarchy"],
    ["/", "root of the hierarchy"],
    ["/./", "root of the hierarchy"],
    ["/a\0b", "control character"],
    ["/a\nb", "control character"],
    ["/a/cgroup.procs", "cgroup.procs"],
    [`/${"x".repeat(256)}`, "255 bytes"],
    [`/${"ä".repeat(128)}`, "255 bytes"],
    [`/${"a/".repeat(1600)}`, "3072"],
  ])("refuses %j", (path, why) => {
    expect(() => cgroupPath(path)).toThrow(CgroupError);
    expect(() => cgroupPath(path)).toThrow(
      expect.objectContaining({ code: "WB_CGROUP_PATH", message: expect.stringContaining(why) }),
    );
  });
});

describe("ancestry()", () => {
  it("lists the group and those above it, outermost first", () => {
    expect(ancestry("/a/b/c")).toEqual(["/a", "/a/b", "/a/b/c"]);
  });
});
