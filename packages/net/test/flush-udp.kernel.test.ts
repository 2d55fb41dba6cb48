import { leavesHostUnchanged, requires } from "@wb/testing";
import { expect } from "vitest";
import { flushUdp, natReload, publish, unpublish } from "../src/index.ts";
import { machines, NETWORKS, to4, to6 } from "./support/machines.ts";

leavesHostUnchanged();

const kernel = requires("root", "command:ip", "command:nft", "command:conntrack");

kernel("flushUdp() has conntrack(8) show no flow of a port or an address, and leaves those of others", async () => {
  await using it = await machines();
  const { host, outside, web } = it;
  const where = { netns: host.name };
  await web.serve("0.0.0.0", 80);
  await web.serve("::", 80);
  natReload({ networks: NETWORKS, ports: [] }, where);
  const ports = [18081, 18082].flatMap((port) => [to4, to6].map((to) => ({ port, protocol: "udp" as const, to })));
  publish([...ports, { port: 18081, to: to4 }], where);
  const flows = (...words: readonly string[]): number =>
    ["ipv4", "ipv6"].flatMap((family) => host.run("conntrack", "-L", "-f", family, ...words).match(/^\S+ .*$/gm) ?? [])
      .length;
  const ask = async (): Promise<void> => {
    for (const port of [18081, 18082]) {
      await expect.poll(() => outside.ask("192.0.2.1", port, "udp"), { timeout: 15_000 }).toMatch(/hello/);
      await expect.poll(() => outside.ask("2001:db8::1", port, "udp"), { timeout: 15_000 }).toMatch(/hello/);
    }
  };
  await ask();
  expect(await outside.ask("192.0.2.1", 18081)).toMatch(/hello/);
  expect(flows("-p", "udp", "--orig-port-dst", "18081")).toBeGreaterThanOrEqual(2);
  expect(flushUdp({ ports: [18081] }, where)).toBeGreaterThanOrEqual(2);
  expect(flows("-p", "udp", "--orig-port-dst", "18081")).toBe(0);
  // Neither another port, nor TCP.
  expect(flows("-p", "udp", "--orig-port-dst", "18082")).toBeGreaterThanOrEqual(2);
  expect(flows("-p", "tcp", "--orig-port-dst", "18081")).toBeGreaterThanOrEqual(1);
  await ask();
  unpublish(ports, where);
  flushUdp({ addresses: [to4.address, to6.address] }, where);
  expect(flows("-p", "udp")).toBe(0);
  expect(flushUdp({ addresses: [to4.address], ports: [18081] }, where)).toBe(0);
  expect(await outside.ask("192.0.2.1", 18081, "udp")).not.toMatch(/hello/);
});
