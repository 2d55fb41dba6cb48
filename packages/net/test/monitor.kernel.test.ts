import { readdirSync } from "node:fs";
import { leavesHostUnchanged, requires } from "@wb/testing";
import { expect, vi } from "vitest";
import { addrAdd, batch, linkAdd, monitor, planAddrAdd, planAddrDelete } from "../src/index.ts";
import { testNetns } from "./namespace.ts";

leavesHostUnchanged();
const withIp = requires("root", "command:ip", "command:nsenter");
const fds = (): number => readdirSync("/proc/self/fd").length;

withIp("monitor() tells of links and addresses of another namespace, and lets this thread work meanwhile", async () => {
  const netns = await testNetns();
  const before = fds();
  const events = monitor({ netns: netns.pid });
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const first = events.next();
  await vi.waitUntil(() => ticks > 5);
  linkAdd({ name: "br", kind: "bridge" }, { netns: netns.pid });
  addrAdd("10.0.0.1/24", { dev: "br" }, { netns: netns.pid });
  expect(await first).toMatchObject({ value: { type: "new", link: { name: "br", kind: "bridge" } } });
  for await (const event of events) {
    if ("addr" in event) {
      expect(event).toMatchObject({ type: "new", addr: { local: "10.0.0.1" } });
      break;
    }
  }
  clearInterval(timer);
  expect(await events.next()).toEqual({ value: undefined, done: true });
  await vi.waitUntil(() => fds() === before);
});

withIp("monitor() ends by its signal, also when it has been aborted before", async () => {
  const netns = await testNetns();
  const before = fds();
  const controller = new AbortController();
  const events = monitor({ netns: netns.pid, signal: controller.signal });
  const next = events.next();
  controller.abort();
  expect(await next).toEqual({ value: undefined, done: true });
  expect(await monitor({ netns: netns.pid, signal: controller.signal }).next()).toEqual({
    value: undefined,
    done: true,
  });
  await vi.waitUntil(() => fds() === before);
});

withIp("monitor() says that events were lost", async () => {
  const netns = await testNetns();
  linkAdd({ name: "br", kind: "bridge" }, { netns: netns.pid });
  const events = monitor({ netns: netns.pid, objects: ["addr"], receiveBuffer: 4096 });
  const many = Array.from({ length: 200 }, (_, number) => planAddrAdd(`10.0.0.${number}/32`, { dev: "br" }));
  batch(many, { netns: netns.pid });
  batch([planAddrDelete("10.0.0.1/32", { dev: "br" })], { netns: netns.pid });
  let lost = false;
  for await (const event of events) {
    lost = event.type === "overrun";
    if (lost) break;
  }
  expect(lost).toBe(true);
});
