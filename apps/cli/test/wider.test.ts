import type { Limits } from "@wb/cgroup";
import { expect, test } from "vitest";
import { wider } from "../src/runtime/wider.ts";

test.for<[now: Limits, wanted: Limits, both: Limits]>([
  [{}, {}, {}],
  [{ memory: { max: 100 } }, { memory: { max: 200 } }, { memory: { max: 200 } }],
  [{ memory: { max: 200 } }, { memory: { max: 100 } }, { memory: { max: 200 } }],
  [{ memory: { max: "max", swapMax: 5 } }, { memory: { max: 1, swapMax: 6 } }, { memory: { max: "max", swapMax: 6 } }],
  [{ memory: { max: "1k" } }, { memory: { max: 1000 } }, { memory: { max: "1k" } }],
  [{ memory: { low: 9 } }, { memory: { low: 5 } }, { memory: { low: 5 } }],
  [{ pids: { max: 10 } }, { pids: { max: "max" } }, { pids: { max: "max" } }],
  [{ pids: { max: 0 } }, { pids: { max: 1 } }, { pids: { max: 1 } }],
  [{ cpu: { shares: 10 } }, { cpu: { shares: 5 } }, { cpu: { shares: 5 } }],
  [
    { cpu: { max: { quotaUs: 50_000, periodUs: 100_000 } } },
    { cpu: { max: { quotaUs: 20_000, periodUs: 20_000 } } },
    { cpu: { max: { quotaUs: 20_000, periodUs: 20_000 } } },
  ],
  [
    { cpu: { max: { quotaUs: "max", periodUs: 100_000 } } },
    { cpu: { max: { quotaUs: 20_000 } } },
    { cpu: { max: { quotaUs: "max", periodUs: 100_000 } } },
  ],
  [
    { cpu: { max: { quotaUs: 50_000, periodUs: 100_000 } } },
    { cpu: { max: { periodUs: 200_000 } } },
    { cpu: { max: { quotaUs: 50_000, periodUs: 100_000 } } },
  ],
  [{ cpuset: { cpus: "0-1" } }, { cpuset: { cpus: "3" } }, { cpuset: { cpus: "0-1,3" } }],
  [{ cpuset: { cpus: "" } }, { cpuset: { cpus: "3", mems: "0" } }, { cpuset: { cpus: "3", mems: "0" } }],
])("wider(%j, %j) is %j", ([now, wanted, both]) => {
  expect(wider(now, wanted)).toEqual(both);
});
