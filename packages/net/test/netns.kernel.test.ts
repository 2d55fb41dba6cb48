import { execFileSync, spawn } from "node:child_process";
import { leavesHostUnchanged, requires, waitFor } from "@wb/testing";
import { expect } from "vitest";
import { linkSet, netnsAdd, netnsAttach, netnsDelete, netnsIdentify, netnsList, netnsPids } from "../src/index.ts";
import { makeRunNetns } from "./support/run-netns.ts";

makeRunNetns();
leavesHostUnchanged();

const kernel = requires("root", "command:ip");

const ip = (...words: string[]): string => execFileSync("ip", words, { encoding: "utf8" });

const name = `wb-test-${process.pid}`;

kernel("namespaces that netnsAdd() makes are those of `ip netns`, and the other way round", () => {
  netnsAdd(name);
  try {
    expect(ip("netns", "list")).toContain(name);
    expect(netnsList()).toContain(name);
    linkSet("lo", { up: true }, { netns: name });
    expect(ip("-n", name, "link", "show", "lo")).toContain("LOOPBACK,UP");
    expect(() => netnsAdd(name)).toThrow(expect.objectContaining({ code: "EEXIST" }));
    expect(() => netnsAdd("../x")).toThrow(expect.objectContaining({ code: "WB_NET_NAME" }));
    expect(ip("-n", name, "link", "show", "lo")).toContain("LOOPBACK,UP");
  } finally {
    ip("netns", "delete", name);
  }
  expect(netnsList()).not.toContain(name);
  ip("netns", "add", name);
  netnsDelete(name);
  expect(ip("netns", "list")).not.toContain(name);
  expect(() => netnsDelete(name)).toThrow(expect.objectContaining({ code: "WB_NET_NETNS" }));
});

kernel("netnsAttach() names the namespace of a process, which netnsPids() and netnsIdentify() find", async () => {
  const child = spawn("unshare", ["--net", "sleep", "1000"], { stdio: "ignore" });
  const pid = child.pid!;
  try {
    await waitFor(() => expect(execFileSync("cat", [`/proc/${pid}/comm`], { encoding: "utf8" })).toBe("sleep\n"));
    netnsAttach(name, pid);
    expect([netnsPids(name), netnsIdentify(pid)]).toEqual([[pid], [name]]);
    expect(ip("netns", "pids", name)).toBe(`${pid}\n`);
    expect(netnsIdentify(process.pid)).toEqual([]);
    expect(() => netnsAttach(name, pid)).toThrow(expect.objectContaining({ code: "EEXIST" }));
  } finally {
    netnsDelete(name);
    child.kill("SIGKILL");
  }
  expect(() => netnsAttach(name, 999_999_999)).toThrow(expect.objectContaining({ code: "ENOENT" }));
  expect(netnsList()).not.toContain(name);
  expect(() => netnsPids(name)).toThrow(expect.objectContaining({ code: "WB_NET_NETNS" }));
});
