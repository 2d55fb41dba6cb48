/** What `wb run` promises of cgroups, in one container; also run in the guests with other cgroup layouts. */
import { requires } from "@wb/testing";
import { expect } from "vitest";
import { wb } from "./support/wb.ts";

const withLimits = requires("root", "cgroup_controller:memory", "cgroup_controller:pids");

const SCRIPT = `
  cut -d: -f3 /proc/self/cgroup | sort -u
  head -c 60m /dev/zero | tail > /dev/null
  echo "memory $?"
  (i=0; while [ $i -lt 40 ]; do sleep 60 >/dev/null 2>&1 & i=$((i + 1)); done) 2>&1 | grep -ci fork
  echo end`;

withLimits("wb run holds its container to its memory and processes, in a group that is / to it", async () => {
  const options = ["--rm", "--net", "none", "--rootfs", "/:O", "-m", "20m", "--pids-limit", "20"];
  const { stdout, stderr, status } = await wb(["run", ...options, "sh", "-c", SCRIPT]);
  expect({ stdout, status }).toEqual({ stdout: "/\nmemory 137\n1\nend\n", status: 0 });
  expect(stderr).toContain("out of memory");
});
