import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requires, waitFor } from "@wb/testing";
import { expect } from "vitest";
import { processStat } from "../../src/runtime/lifecycle/init-process.ts";
import { killSupervisor } from "../support/detached-bench.ts";
import { ask, networkState, Stage } from "../support/stage.ts";
import { start } from "../support/wb.ts";

const rooted = requires("root", "command:ip", "command:nft", "command:busybox");

/** With WB_TEST_WHOLE_FAULTS=1 as many as find what is rare. */
const isWhole = process.env["WB_TEST_WHOLE_FAULTS"] === "1";
const KILLS = isWhole ? 300 : 12;
const AT_ONCE = isWhole ? 30 : 8;

rooted(
  "wb stop, start and rm that are killed at any moment leave no link, lease, port or file",
  async () => {
    await using stage = new Stage();
    const rest = ["--rootfs", `${stage.root}:O`];
    await stage.say("run", "--rm", ...rest, "true");
    const before = networkState(stage);
    const commands = [
      ["stop", "-t", "0", "web"],
      ["start", "web"],
      ["restart", "-t", "0", "web"],
      ["rm", "-f", "web"],
    ];
    for (let n = 0; n < KILLS; n++) {
      const ports = ["-p", "18210:80", "-p", "18210:80/udp"];
      if (n % commands.length === 0) await stage.say("run", "-d", "--name", "web", ...ports, ...rest, "sleep", "1000");
      const running = start(commands[n % commands.length]!, { env: stage.env });
      await new Promise((resolve) => setTimeout(resolve, 40 + ((n * 37) % 160)));
      running.kill("SIGKILL");
      await running.outcome;
      if (n % commands.length !== commands.length - 1) continue;
      const ids = (await stage.say("ps", "-aq")).split("\n").filter(Boolean);
      if (ids.length > 0) await stage.say("rm", "-f", ...ids);
      // Of a clean-up that was killed at its end there may be empty directories, until the next one.
      await stage.say("run", "--rm", ...rest, "true");
      await waitFor(() => expect([n, networkState(stage)]).toEqual([n, before]));
    }
  },
  KILLS * 5000,
);

rooted("a container whose bridge and link were deleted can be reloaded, stopped and removed", async () => {
  await using stage = new Stage();
  const { pid: outside, host } = await stage.neighbour();
  await stage.serve("web", "-p", "18211:80");
  execFileSync("ip", ["link", "delete", portOf("wb0")]);
  execFileSync("ip", ["link", "delete", "wb0"]);
  await stage.say("network", "reload");
  expect(await ask("tcp", host, 18_211, outside)).toBe("web");
  expect(await stage.say("exec", "web", "ping", "-c1", "-W2", "192.0.2.2")).toContain("1 packets received");
  execFileSync("ip", ["link", "delete", "wb0"]);
  execFileSync("nft", ["flush", "ruleset"]);
  expect(await stage.wb("stop", "-t", "0", "web")).toMatchObject({ status: 0, stderr: "" });
  expect(await stage.wb("rm", "web")).toMatchObject({ status: 0, stderr: "" });
  expect(readdirSync(stage.env.WB_STATE)).not.toContain("networks");
});

rooted(`${AT_ONCE} wb run at once have addresses and ports of their own`, async () => {
  await using stage = new Stage();
  const root = ["--rootfs", `${stage.root}:O`];
  await stage.say("run", "--rm", ...root, "true");
  const before = networkState(stage);
  const names = Array.from({ length: AT_ONCE }, (_, n) => `c${n}`);
  await Promise.all(names.map((name) => stage.say("run", "-d", "--name", name, "-p", "80", ...root, "sleep", "1000")));
  const port = '(index (index .NetworkSettings.Ports "80/tcp") 0).HostPort';
  const text = await stage.say("inspect", "-f", `{{.NetworkSettings.IPAddress}} {{${port}}}`, ...names);
  const lines = text.split("\n").map((line) => line.split(" "));
  expect([0, 1].map((column) => new Set(lines.map((words) => words[column])).size)).toEqual([AT_ONCE, AT_ONCE]);
  await Promise.all(names.map((name) => stage.say("rm", "-f", name)));
  await waitFor(() => expect(networkState(stage)).toEqual(before));
});

rooted("after a boot wb system start has containers on their networks again, with their ports", async () => {
  await using stage = new Stage();
  await stage.say("network", "create", "--subnet", "10.7.0.0/24", "front");
  const serve = ["--rootfs", stage.root, "httpd", "-f", "-p", "80", "-h", "/etc"];
  const flags = ["--restart", "always", "--net", "front", "--ip", "10.7.0.9", "-p", "18212:80"];
  const id = await stage.say("run", "-d", "--name", "web", ...flags, ...serve);
  await stage.say("run", "-d", "--name", "gone", "--net", "front", ...serve);
  await reboot(stage);
  expect(await stage.say("system", "start")).toBe("web");
  await expect.poll(() => ask("tcp", "127.0.0.1", 18_212)).toContain("404");
  expect(await stage.say("exec", id, "cat", "/etc/hosts")).toContain("10.7.0.9");
  expect(readdirSync(join(stage.env.WB_STATE, "networks/connections"))).toEqual([id]);
});

rooted("--restart always gives a container that ended its address and ports again", async () => {
  await using stage = new Stage();
  const script = "test -e /tmp/was || { touch /tmp/was; exit 1; }; exec httpd -f -p 80";
  const flags = ["--restart", "always", "--name", "web", "-p", "18213:80", "--rootfs", stage.root];
  await stage.say("run", "-d", ...flags, "sh", "-c", script);
  await expect.poll(() => ask("tcp", "127.0.0.1", 18_213), { timeout: 10_000 }).toContain("404");
  expect(await stage.say("inspect", "-f", "{{.RestartCount}}", "web")).toBe("1");
});

/** What a boot leaves: no process, no link, no rule, nothing in /run, and another boot's id. */
async function reboot(stage: Stage): Promise<void> {
  const { WB_ROOT, WB_STATE } = stage.env;
  for (const id of readdirSync(join(WB_ROOT, "containers"))) {
    await killSupervisor(id);
    const pid = Number(await stage.say("inspect", "-f", "{{.State.Pid}}", id));
    process.kill(pid, "SIGKILL");
    await waitFor(() => expect(processStat(pid)?.state ?? "X").toMatch(/[XZ]/));
    const path = join(WB_ROOT, "containers", id, "state.json");
    writeFileSync(path, readFileSync(path, "utf8").replace(/"bootId":"[^"]*"/, `"bootId":"of before"`));
  }
  rmSync(WB_STATE, { recursive: true });
  execFileSync("nft", ["flush", "ruleset"]);
  for (const bridge of links("type", "bridge")) execFileSync("ip", ["link", "delete", bridge]);
}

function portOf(bridge: string): string {
  return links("master", bridge)[0] ?? "";
}

function links(...words: readonly string[]): string[] {
  const text = execFileSync("ip", ["-j", "link", "show", ...words], { encoding: "utf8" });
  return (JSON.parse(text) as { readonly ifname?: string }[]).flatMap(({ ifname }) => ifname ?? []);
}
