/**
 * Set-up of vitest: tests that run containers are in a network namespace of their own, with what these leave there as docker's do (a bridge, rules,
 * forwarding), and not on the machine.
 */
import { spawnSync } from "node:child_process";
import { unshare } from "@wb/ns";
import { unmet } from "@wb/testing";

if (unmet("root") === undefined) {
  unshare(["net"]);
  const { status, stderr } = spawnSync("ip", ["link", "set", "lo", "up"], { encoding: "utf8" });
  if (status !== 0) throw new Error(`ip link set lo up: ${stderr}`);
}
