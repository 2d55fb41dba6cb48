import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { hostState, requires, waitFor } from "@wb/testing";
import { afterEach, beforeEach, expect } from "vitest";
import { wbScript } from "../support/wb.ts";

let before: ReturnType<typeof whatEnginesCouldLeave>;
beforeEach(() => {
  before = whatEnginesCouldLeave();
});
afterEach(() => waitFor(() => expect(whatEnginesCouldLeave()).toEqual(before)));

const repository = join(import.meta.dirname, "../../../..");
// Engines in a container have groups and roots that are the container's to give, whatever runs below them.
const needs = ["root", "init_cgroupns", "command:busybox", "command:runc", "command:script", "netns"] as const;

/**
 * What stands for the calls that each engine makes: create, start, a terminal, exec, kill, pause, update, delete. Cases that
 * wait for time to pass are left to `tools/pnpm engines`, which has them all.
 */
const CASES = {
  docker: ["run: exit status", "run -t: /dev/console", "exec: exit status", "pause, unpause", "update --pids-limit"],
  containerd: ["ctr run: exit status", "ctr run -d, exec, kill, rm", "ctr pause, resume"],
  podman: ["podman run: exit status", "podman exec -d, -i", "podman update"],
} as const;
type Engine = keyof typeof CASES;

/** In ms. dockerd alone has a minute to start on a busy machine. */
const LIMIT = 300_000;

requires(...needs, "dockerd")("wb-oci does below docker what runc does", { timeout: LIMIT }, () => {
  expect(worse("docker")).toBe("");
});

requires(...needs, "containerd")("wb-oci does below containerd what runc does", { timeout: LIMIT }, () => {
  expect(worse("containerd")).toBe("");
});

requires(...needs, "podman")("wb-oci does below podman what runc does", { timeout: LIMIT }, () => {
  expect(worse("podman")).toBe("");
});

/** What the tool says where the runtime is worse than runc; the engines and all that is theirs end with the tool. */
function worse(engine: Engine): string {
  wbScript();
  const tool = ["--conditions=wb-source", join(repository, "tools/engines/main.ts")];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...tool, "--only", engine, ...CASES[engine]], {
    encoding: "utf8",
    timeout: LIMIT - 10_000,
  });
  return status === 0 ? "" : `${status}: ${stdout}${stderr}`;
}

/**
 * What is outside of the namespaces in which the engines run, and ends with them. Groups and namespaces of others come and go
 * while an engine starts, which takes long.
 */
function whatEnginesCouldLeave(): Pick<ReturnType<typeof hostState>, "mounts" | "links" | "netns" | "cgroups"> {
  const { mounts, links, netns, cgroups } = hostState();
  return { mounts, links, netns, cgroups: cgroups.filter((path) => path.includes("/wb-engines-")) };
}
