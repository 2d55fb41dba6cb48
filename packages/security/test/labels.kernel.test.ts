/** No security module is active on most machines that run this: a directory stands in for procfs, and the kernel refuses. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { AT_FDCWD, call, into, O, type Program, step } from "@wb/syscall";
import { requires, temporaryDirectory } from "@wb/testing";
import { describe, expect } from "vitest";
import { apparmorStep, keyringStep, labelledKeyring, selinuxStep } from "../src/index.ts";
import { outputOf } from "./command.ts";

const needs = requires("root", "openat2");

const LABEL = "system_u:system_r:container_t:s0:c1,c2";

const use = { procfs: "open" } as const;

/** What Steps write to the files of a directory in procfs's place. */
async function written(files: readonly string[], setup: Program): Promise<string[]> {
  using directory = temporaryDirectory("wb-labels-");
  const paths = files.map((name) => join(directory.path, "self/attr", name));
  for (const path of paths) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
  }
  const open = call("openat", AT_FDCWD, directory.path, O.PATH | O.DIRECTORY | O.CLOEXEC, 0);
  await outputOf(["true"], [step("have a directory in procfs's place", [into("procfs", open)]), ...setup]);
  return paths.map((path) => readFileSync(path, "utf8"));
}

describe("apparmorStep()", () => {
  needs("writes to AppArmor's own file", async () => {
    const setup = [apparmorStep("docker-default", use)];
    expect(await written(["apparmor/exec", "exec"], setup)).toEqual(["exec docker-default", ""]);
  });

  needs("writes to the shared one where there is no other, as before Linux 5.8", async () => {
    expect(await written(["exec"], [apparmorStep("docker-default", use)])).toEqual(["exec docker-default"]);
  });
});

needs("selinuxStep() writes the label", async () => {
  expect(await written(["exec"], [selinuxStep(LABEL, use)])).toEqual([LABEL]);
});

needs("labelledKeyring() writes the label, and takes it back", async () => {
  // What is taken back overwrites the start of the label in a plain file.
  const [text] = await written(["keycreate"], labelledKeyring(LABEL, keyringStep(), use));
  expect(text).toBe(`\n${LABEL.slice(1)}`);
});

requires("root", "openat2", "no_security_labels").each([
  ["apparmorStep()", apparmorStep("docker-default")],
  ["selinuxStep()", selinuxStep(LABEL)],
])("%s is refused by a kernel with neither module active, and no command runs", async (_, setup) => {
  await expect(outputOf(["true"], [setup])).rejects.toMatchObject({ code: "EINVAL", syscall: "write" });
});

const withApparmor = requires("root", "openat2", "apparmor");

withApparmor("apparmorStep() has the command run under a profile", async () => {
  const current = await outputOf(["cat", "/proc/self/attr/current"], [apparmorStep("unconfined")]);
  expect(current.trim()).toBe("unconfined");
});

withApparmor("apparmorStep() is refused a profile that is not loaded", async () => {
  await expect(outputOf(["true"], [apparmorStep("wb-no-such-profile")])).rejects.toMatchObject({
    code: "ENOENT",
    syscall: "write",
  });
});
