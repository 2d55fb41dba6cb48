import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { leavesHostUnchanged, requires } from "@wb/testing";
import { expect } from "vitest";
import { wbScript } from "../support/wb.ts";

leavesHostUnchanged();

const repository = join(import.meta.dirname, "../../../..");
// Engines in a container have groups and roots that are the container's to give, whatever runs below them.
const needs = ["root", "init_cgroupns", "command:busybox", "command:runc", "command:script", "netns"] as const;

/** Some cases of each engine: `tools/pnpm engines` has them all. */
requires(...needs, "dockerd")("wb-oci does below docker what runc does", () => {
  expect(
    worse("docker", ["run: output", "run -it: a shell", "exec: exit status", "pause, unpause", "update --memory"]),
  ).toBe("");
});

requires(...needs, "containerd")("wb-oci does below containerd what runc does", () => {
  expect(worse("containerd", ["ctr run", "ctr run -d"])).toBe("");
});

requires(...needs, "podman")("wb-oci does below podman what runc does", () => {
  expect(worse("podman", ["podman run: exit status", "podman exec", "podman update"])).toBe("");
});

/** What the tool says where the runtime is worse than runc; the engines and all that is theirs end with the tool. */
function worse(engine: string, cases: readonly string[]): string {
  wbScript();
  const tool = ["--conditions=wb-source", join(repository, "tools/engines/main.ts")];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...tool, "--short", "--only", engine, ...cases], {
    encoding: "utf8",
    timeout: 300_000,
  });
  return status === 0 ? "" : `${status}: ${stdout}${stderr}`;
}
