import { readdirSync, readlinkSync } from "node:fs";
import { call, CLONE, closeFd, step, userSteps, value } from "@wb/syscall";
import { leavesHostUnchanged, requires } from "@wb/testing";
import { expect } from "vitest";
import { createUserNamespace, idOutside } from "../src/index.ts";
import { outputOfShell } from "./support/output-of.ts";

leavesHostUnchanged();

const uidMap = [{ inside: 0, outside: 100_000, count: 10 }];
const gidMap = [{ inside: 0, outside: 200_000, count: 20 }];

const rooted = requires("root", "init_userns");

rooted("createUserNamespace() makes one with nobody in it, that processes can enter", async () => {
  const fd = createUserNamespace({ uidMap, gidMap });
  try {
    const link = readlinkSync(`/proc/self/fd/${fd}`);
    expect(link).toMatch(/^user:\[\d+\]$/u);
    const output = await outputOfShell(
      "id -u; cat /proc/self/uid_map /proc/self/gid_map; readlink /proc/self/ns/user",
      {
        before: [
          step("enter it", [call("setns", value("user namespace"), CLONE.NEWUSER)]),
          ...userSteps({ uid: 0, gid: 0 }),
        ],
        namespaces: ["pid"],
        inputs: { "user namespace": fd },
        inherit: [fd],
      },
    );
    expect(output.split("\n").map((line) => line.trim().split(/\s+/u).join(" "))).toEqual([
      "0",
      "0 100000 10",
      "0 200000 20",
      link,
    ]);
  } finally {
    closeFd(fd);
  }
});

rooted("createUserNamespace() leaves no file descriptor, and none when it fails", () => {
  const count = (): number => readdirSync("/proc/self/fd").length;
  const before = count();
  for (let round = 0; round < 20; round += 1) closeFd(createUserNamespace({ uidMap, gidMap }));
  const twice = [...uidMap, ...uidMap];
  for (let round = 0; round < 20; round += 1)
    expect(() => createUserNamespace({ uidMap: twice, gidMap })).toThrow(
      /^the id ranges "0 100000 10" and "0 100000 10"/u,
    );
  expect(count()).toBe(before);
});

rooted("`before` is the first stage: its working directory and cells are the second's", async () => {
  const output = await outputOfShell("pwd; echo $$", {
    before: [step("go elsewhere", [call("chdir", "/usr")])],
    namespaces: ["pid"],
  });
  expect(output).toBe("/usr\n1");
});

rooted("idOutside() is what the kernel makes of an id", () => {
  expect([0, 9, 10].map((id) => idOutside(uidMap, id))).toEqual([100_000, 100_009, undefined]);
});
