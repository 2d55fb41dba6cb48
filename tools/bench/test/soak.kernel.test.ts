import { busyboxRoot, requires } from "@wb/testing";
import { expect } from "vitest";
import { soak } from "../src/soak.ts";

requires("root", "command:busybox")("soak() finds that containers in a row leave nothing behind", async () => {
  using root = busyboxRoot();
  const { left, growth } = await soak({ root: root.path, inProcess: 100, commands: 3, timeoutMs: 10_000 });
  expect(left).toEqual({
    children: [],
    mounts: [],
    cgroups: [],
    links: [],
    namespaces: [],
    netns: [],
    fds: [],
    run: [],
  });
  expect(growth.held).toBeLessThan(20_000);
});
