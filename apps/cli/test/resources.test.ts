import { RUNTIME_DEVICE_RULES } from "@wb/security";
import { expect, test } from "vitest";
import { cgroupLimits } from "../src/runtime/resources.ts";

test.for([
  { resources: {}, limits: {} },
  { resources: { memory: { limit: 67_108_864 } }, limits: { memory: { max: 67_108_864 } } },
  { resources: { memory: { limit: -1 } }, limits: { memory: { max: "max" } } },
  { resources: { memory: { reservation: 1024 } }, limits: { memory: { low: 1024 } } },
  // The specification counts memory and swap together, v2 and @wb/cgroup swap alone.
  { resources: { memory: { limit: 100, swap: 250 } }, limits: { memory: { max: 100, swapMax: 150 } } },
  { resources: { memory: { limit: 100, swap: 100 } }, limits: { memory: { max: 100, swapMax: 0 } } },
  { resources: { memory: { limit: 100, swap: -1 } }, limits: { memory: { max: 100, swapMax: "max" } } },
  { resources: { cpu: { shares: 512 } }, limits: { cpu: { shares: 512 } } },
  {
    resources: { cpu: { quota: 20_000, period: 100_000 } },
    limits: { cpu: { max: { quotaUs: 20_000, periodUs: 100_000 } } },
  },
  { resources: { cpu: { quota: -1 } }, limits: { cpu: { max: { quotaUs: "max" } } } },
  { resources: { cpu: { period: 50_000 } }, limits: { cpu: { max: { periodUs: 50_000 } } } },
  { resources: { pids: { limit: 100 } }, limits: { pids: { max: 100 } } },
  { resources: { pids: { limit: 0 } }, limits: { pids: { max: "max" } } },
  { resources: { pids: { limit: -1 } }, limits: { pids: { max: "max" } } },
])("cgroupLimits($resources) is $limits", ({ resources, limits }) => {
  expect(cgroupLimits(resources)).toEqual(limits);
});

test("cgroupLimits() allows after all rules the devices that every container has", () => {
  const rules = [{ allow: false, access: "rwm" }];
  expect(cgroupLimits({ devices: rules })).toEqual({ devices: [...rules, ...RUNTIME_DEVICE_RULES] });
});
