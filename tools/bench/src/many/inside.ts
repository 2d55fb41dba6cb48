/** What runs in the machine of the measurement: inside.ts PLACE N. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { busyboxRoot, unmet } from "@wb/testing";
import { startDocker } from "../../../engines/engine/docker.ts";
import { startPodman } from "../../../engines/engine/podman.ts";
import { leadMany } from "./lead-many.ts";
import { type Memory, memoryOf } from "./memory-of.ts";
import { shell } from "./shell.ts";

/** Enough to share pages as many do. */
const OF_OTHERS = 10;

await main(process.argv.slice(2));

async function main([place = "", count = ""]: readonly string[]): Promise<void> {
  using root = busyboxRoot();
  const wb = join(import.meta.dirname, "../../../../wb");
  const directory = join(place, "wb");
  mkdirSync(directory);
  const env = { ...process.env, WB_ROOT: join(directory, "root"), WB_STATE: join(directory, "state") };
  const many = await leadMany({ wb, env, root: root.path, count: Number(count) });
  console.log(`${count} containers of wb (${many.root} as root): ${many.lines.join("; ")}`);

  const rows: (readonly [string, Memory])[] = [["wb's supervisor", many.memory]];
  const runc = { place, root: root.path, runtimes: ["/usr/sbin/runc"] };
  if (unmet("command:conmon") === undefined && unmet("command:podman") === undefined) {
    using podman = startPodman(runc);
    rows.push(["podman's conmon", others(podman.prelude, "RUNTIME=runc; pod", "busybox")]);
  }
  if (unmet("command:dockerd") === undefined) {
    using docker = startDocker(runc);
    rows.push(["docker's containerd-shim", others(docker.prelude, "docker", "busybox")]);
  }
  const [[, own] = ["", { pss: 1, rss: 1 }]] = rows;
  console.log("\nfor each container, beyond its own command      PSS kB    RSS kB   × wb's PSS");
  for (const [name, { pss, rss }] of rows)
    console.log(
      `${name.padEnd(44)} ${pss.toFixed(0).padStart(9)} ${rss.toFixed(0).padStart(9)} ${(pss / own.pss).toFixed(1).padStart(12)}`,
    );
}

/** The parents of ten containers of another engine. */
function others(prelude: string, command: string, image: string): Memory {
  const numbers = Array.from({ length: OF_OTHERS }, (_, index) => index);
  const run = numbers.map(
    (index) => `${command} run -d --network none --name many${index} ${image} sleep 1000 >/dev/null`,
  );
  const pids = `${command} inspect --format '{{.State.Pid}}' ${numbers.map((index) => `many${index}`).join(" ")}`;
  const out = shell(`${prelude}\nset -e\n${run.join("\n")}\n${pids}`);
  const memory = memoryOf(out.trim().split("\n").map(Number));
  shell(`${prelude}\n${command} rm -f ${numbers.map((index) => `many${index}`).join(" ")} >/dev/null`);
  return memory;
}
