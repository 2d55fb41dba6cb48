import { describe, expect, it } from "vitest";
import type { Resources } from "../../src/oci/resources.ts";
import { mergeResources } from "../../src/runtime/lifecycle/merge-resources.ts";

const now: Resources = {
  devices: [{ allow: false, access: "rwm" }],
  memory: { limit: 100, swap: 200, reservation: 50 },
  cpu: { shares: 512, quota: 1000, period: 10_000 },
  pids: { limit: 10 },
};

describe("mergeResources()", () => {
  it("keeps what a change does not name, and writes only that and what depends on it", () => {
    expect(mergeResources(now, { memory: { limit: 150 } })).toEqual({
      merged: { ...now, memory: { limit: 150, swap: 200, reservation: 50 } },
      written: { memory: { limit: 150, swap: 200 } },
    });
    expect(mergeResources(now, { cpu: { quota: 2000 } }).written).toEqual({ cpu: { quota: 2000, period: 10_000 } });
    expect(mergeResources(now, { cpu: { shares: 2 } }).written).toEqual({ cpu: { shares: 2 } });
  });

  it("takes 0, empty lists and what is left out as no change, but of what 0 is a value of", () => {
    const changes = {
      memory: { limit: 0, swap: 0 },
      cpu: { cpus: "", shares: 0 },
      pids: { limit: 0 },
      hugepageLimits: [],
    };
    expect(mergeResources(now, changes)).toEqual({ merged: now, written: {} });
    expect(mergeResources(now, { cpu: { idle: 0, burst: 0 } }).written).toEqual({
      cpu: { idle: 0, burst: 0, quota: 1000, period: 10_000 },
    });
  });

  it("keeps the rules for devices", () => {
    expect(mergeResources(now, { devices: [{ allow: true }], pids: { limit: 5 } })).toEqual({
      merged: { ...now, pids: { limit: 5 } },
      written: { pids: { limit: 5 } },
    });
  });

  it("lifts the limit of swap with that of memory", () => {
    expect(mergeResources(now, { memory: { limit: -1 } }).written).toEqual({ memory: { limit: -1, swap: -1 } });
    expect(mergeResources({}, { memory: { limit: -1, swap: 5 } }).written).toEqual({ memory: { limit: -1, swap: 5 } });
  });
});
