import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leavesHostUnchanged, requires } from "@wb/testing";
import { expect } from "vitest";
import {
  bridgeNetworkUp,
  connect,
  disconnect,
  isNatIntact,
  leases,
  natReload,
  publish,
  reclaim,
} from "../src/index.ts";
import { TestNetns } from "./support/topology.ts";

leavesHostUnchanged();

const kernel = requires("root", "command:ip", "command:nft");

const SCRIPT = join(import.meta.dirname, "support/connect-until-killed.ts");

kernel(
  "a process that is killed in the middle of connecting leaves nothing that its namespace, or the next one, does not take away",
  async () => {
    await using host = new TestNetns("host");
    const where = { netns: host.name };
    const directory = mkdtempSync(join(tmpdir(), "wb-killed-"));
    bridgeNetworkUp({ bridge: "wb0", gateways: ["10.88.0.1/16"] }, where);
    const state = { networks: [{ bridge: "wb0", subnets: ["10.88.0.0/16"] }], ports: [] };
    natReload(state, where);
    const rules = host.run("nft", "list", "table", "inet", "wb");
    for (let time = 0; time < 12; time++) {
      await using web = new TestNetns("web");
      const words = ["--conditions=wb-source", SCRIPT, host.name, web.name, directory];
      const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
      await once(child.stdout, "data");
      const until = process.hrtime.bigint() + BigInt(Math.floor(Math.random() * 40e6));
      while (process.hrtime.bigint() < until);
      child.kill("SIGKILL");
      const [code, signal] = await once(child, "exit");
      expect([code, signal]).toEqual([null, "SIGKILL"]);
      // The rules are whole, but for the one port; a lease is whole, and goes when its owner is gone.
      expect(isNatIntact(where)).toBe(true);
      expect(leases(directory).size).toBeLessThanOrEqual(1);
      reclaim(directory, (owner) => owner === "killed");
      expect(leases(directory).size).toBe(0);
      natReload(state, where);
      expect(host.run("nft", "list", "table", "inet", "wb")).toBe(rules);
      // Whether the pair is there or not, the name can be had at once.
      disconnect({ host: "killed0" }, where);
      const again = { netns: web.name, host: "killed0", bridge: "wb0", addresses: ["10.88.0.9/16"] };
      connect(again, where);
      expect(() => connect({ ...again, name: "eth1" }, where)).toThrow(expect.objectContaining({ code: "EEXIST" }));
      expect(host.run("ip", "-o", "link", "show", "type", "veth").trim().split("\n")).toHaveLength(1);
      disconnect({ host: "killed0" }, where);
    }
    expect(host.run("ip", "-o", "link", "show", "type", "veth")).toBe("");
    rmSync(directory, { recursive: true });
  },
);

kernel("connect() says so when its bridge was deleted, and works when bridgeNetworkUp() has made it anew", async () => {
  await using host = new TestNetns("host");
  await using web = new TestNetns("web");
  const where = { netns: host.name };
  const network = { bridge: "wb0", gateways: ["10.88.0.1/16"] };
  const connection = {
    netns: web.name,
    host: "web0",
    bridge: "wb0",
    addresses: ["10.88.0.2/16"],
    gateways: ["10.88.0.1"],
  };
  bridgeNetworkUp(network, where);
  natReload({ networks: [{ bridge: "wb0", subnets: ["10.88.0.0/16"] }], ports: [] }, where);
  publish([{ port: 8080, to: { address: "10.88.0.2", port: 80 } }], where);
  host.ip("link delete wb0");
  expect(() => connect(connection, where)).toThrow(/wb0/);
  expect(host.run("ip", "-o", "link", "show", "type", "veth")).toBe("");
  bridgeNetworkUp(network, where);
  connect(connection, where);
  await web.serve("10.88.0.2", 80);
  expect(await host.ask("10.88.0.1", 8080)).toMatch(/hello/);
});
