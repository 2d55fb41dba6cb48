import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requires } from "@wb/testing";
import { expect } from "vitest";
import { ask, networkState, Stage } from "../support/stage.ts";
import { start } from "../support/wb.ts";

const rooted = requires("root", "command:ip", "command:nft", "command:busybox");
/** With WB_TEST_WHOLE_FAULTS=1 as many as find what is rare. */
const rounds = process.env["WB_TEST_WHOLE_FAULTS"] === "1" ? 200 : 16;

rooted(
  "wb killed at any moment of a start leaves nothing of networks after the next commands",
  async () => {
    await using stage = new Stage();
    const { env, root } = stage;
    await stage.say("run", "--rm", "--rootfs", `${root}:O`, "true");
    const before = networkState(stage);
    for (let round = 0; round < rounds; round++) {
      const how = round % 2 === 0 ? ["-d"] : ["--rm"];
      const running = start(["run", ...how, "-p", "18200:80", "--rootfs", `${root}:O`, "sleep", "100"], { env });
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 350));
      running.kill("SIGKILL");
      await running.outcome;
      // Whoever comes next cleans up: a foreground container's leftovers by the next one, others when they are removed.
      await stage.say("run", "--rm", "--rootfs", `${root}:O`, "true");
      const ids = (await stage.say("ps", "-aq")).split("\n").filter(Boolean);
      if (ids.length > 0) await stage.say("rm", "-f", ...ids);
      await expect.poll(() => networkState(stage)).toEqual(before);
    }
  },
  rounds * 5000 + 60_000,
);

rooted("what somebody took away is put back by a reload, and by the next start", async () => {
  await using stage = new Stage();
  const { name } = await stage.serve("web", "-p", "18201:80");
  const isThere = (): Promise<string> => ask("tcp", "127.0.0.1", 18_201);
  const harms: readonly (readonly string[])[] = [
    ["nft", "flush", "ruleset"],
    ["nft", "flush", "chain", "inet", "wb", "prerouting"],
    ["ip", "link", "delete", "wb0"],
    ["ip", "link", "set", "wb0", "down"],
    ["ip", "addr", "flush", "dev", "wb0"],
  ];
  for (const [command = "", ...words] of harms) {
    execFileSync(command, words);
    await stage.say("network", "reload");
    expect([words, await isThere()]).toEqual([words, name]);
    execFileSync(command, words);
    await stage.say("run", "--rm", "--rootfs", `${stage.root}:O`, "true");
    expect([words, await isThere()]).toEqual([words, name]);
  }
});

rooted("containers of two stores share a machine, and many start at once", async () => {
  await using one = new Stage();
  await using two = new Stage();
  const [first, second] = await Promise.all([one.serve("a", "-p", "18202:80"), two.serve("b", "-p", "18203:80")]);
  expect(first.addresses).not.toEqual(second.addresses);
  expect(await ask("tcp", "127.0.0.1", 18_202)).toBe("a");
  expect(await ask("tcp", "127.0.0.1", 18_203)).toBe("b");
  const taken = await two.wb("run", "-d", "-p", "18202:80", "--rootfs", `${two.root}:O`, "true");
  expect(taken).toMatchObject({ status: 125, stderr: expect.stringMatching(/18202|File exists/u) });

  const many = Array.from({ length: 12 }, async () => {
    const words = ["--rootfs", `${one.root}:O`, "hostname", "-i"];
    return one.say("run", "--rm", ...words);
  });
  expect(new Set(await Promise.all(many)).size).toBe(12);
});

rooted("a damaged file of a container's connections takes no addresses from it, and leaves no port", async () => {
  await using stage = new Stage();
  await stage.say("network", "create", "front");
  const { addresses } = await stage.serve("web", "--net", "front", "-p", "18204:80");
  const directory = join(stage.env.WB_STATE, "networks/connections");
  const [id = ""] = readdirSync(directory);
  for (const damage of ["", "{", "null", '{"version":1}']) {
    writeFileSync(join(directory, id), damage);
    // Who comes and goes is the last that wb knows of, and no reason to forget whose the addresses are.
    for (let round = 0; round < 2; round++) {
      const seen = await stage.say("run", "--rm", "--net", "front", "--rootfs", `${stage.root}:O`, "hostname", "-i");
      expect(seen).not.toBe(addresses[0]);
    }
  }
  await stage.say("rm", "-f", "web");
  await stage.say("network", "rm", "front");
  expect(execFileSync("nft", ["list", "map", "inet", "wb", "everywhere4"], { encoding: "utf8" })).not.toContain(
    "18204",
  );
  await stage.serve("next", "-p", "18204:80");
  expect(await ask("tcp", "127.0.0.1", 18_204)).toBe("next");
});

rooted("a network's file of another shape is no network, and hinders nobody", async () => {
  await using stage = new Stage();
  await stage.say("network", "create", "front");
  const path = join(stage.env.WB_ROOT, "networks/front.json");
  const whole = JSON.parse(readFileSync(path, "utf8")) as object;
  for (const damage of [{ labels: null }, { options: 1 }, { pools: [] }, { pools: [{ subnet: "x", gateway: "y" }] }]) {
    writeFileSync(path, JSON.stringify({ ...whole, ...damage }));
    expect((await stage.wb("network", "inspect", "front")).stderr).toContain("network front not found");
    await stage.say("network", "ls");
    await stage.say("run", "--rm", "--rootfs", `${stage.root}:O`, "true");
  }
});
