import { describe, expect, test } from "vitest";
import type { StatsRow } from "../src/engine/columns/stats-columns.ts";
import { NO_USAGE } from "../src/engine/columns/stats-columns.ts";
import { frame } from "../src/engine/stats/frame.ts";
import { machineMemory } from "../src/engine/stats/machine-memory.ts";
import { networkTraffic } from "../src/engine/stats/network-traffic.ts";
import { statsText } from "../src/engine/stats/stats-text.ts";
import { usageOf, type UsageSample } from "../src/engine/stats/usage-of.ts";

const NET_DEV = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 1000 10    0    0    0     0          0         0     1000 10    0    0    0     0       0          0
  eth0: 2000 20    0    0    0     0          0         0     300 3    0    0    0     0       0          0
eth1.7:40000 20    0    0    0     0          0         0     5 3    0    0    0     0       0          0
`;

test("networkTraffic() adds the interfaces up, without the loopback", () => {
  expect(networkTraffic(NET_DEV)).toEqual({ received: 42_000, sent: 305 });
  expect(networkTraffic("")).toEqual({ received: 0, sent: 0 });
});

test("machineMemory() is MemTotal", () => {
  expect(machineMemory("MemTotal:       24683520 kB\nMemFree: 1 kB\n")).toBe(24_683_520 * 1024);
});

describe("usageOf()", () => {
  const device = { major: 8, minor: 0, rbytes: 10, wbytes: 20, dbytes: 0, rios: 1, wios: 1, dios: 0 };
  const sample = (usageUs: number, at: number, max: number | "max" = "max"): UsageSample => ({
    stats: {
      memory: { current: 1000, max, stat: { inactive_file: 300, file: 500 } },
      cpu: { usageUs },
      pids: { current: 3, max: "max" },
      io: { devices: [device, { ...device, minor: 16 }] },
    },
    received: 1,
    sent: 2,
    at,
  });

  test("compares the CPU time with the time that has passed, for all CPUs together", () => {
    expect(usageOf(sample(3_000_000, 2000), sample(1_000_000, 1000), 5000).cpuPercent).toBe(200);
    expect(usageOf(sample(1_000_000, 2000), sample(1_000_000, 1000), 5000).cpuPercent).toBe(0);
    // Started again.
    expect(usageOf(sample(0, 2000), sample(1_000_000, 1000), 5000).cpuPercent).toBe(0);
    expect(usageOf(sample(3_000_000, 2000), undefined, 5000).cpuPercent).toBeUndefined();
  });

  test("leaves out the cache that nobody used, and takes the machine's memory for no limit", () => {
    const usage = usageOf(sample(0, 0), undefined, 5000);
    expect(usage).toMatchObject({ memory: 700, memoryLimit: 5000, pids: 3, blockRead: 20, blockWritten: 40 });
    expect(usageOf(sample(0, 0, 2000), undefined, 5000).memoryLimit).toBe(2000);
    expect(usageOf(sample(0, 0, 2 ** 63), undefined, 5000).memoryLimit).toBe(5000);
  });

  test("has the pressure where the kernel has it", () => {
    const stall = { avg10: 1.5, avg60: 0, avg300: 0, totalUs: 7 };
    const { stats, ...rest } = sample(0, 0);
    const pressed = { ...rest, stats: { ...stats, pressure: { cpu: { some: stall } } } };
    expect(usageOf(pressed, undefined, 5000).pressure).toEqual({ cpu: 1.5, memory: undefined, io: undefined });
    expect(usageOf(sample(0, 0), undefined, 5000).pressure).toBeUndefined();
  });
});

describe("statsText()", () => {
  const id = "c798328981e9fa7357d730a5983ab2dd60fdc2d3cac8b2ab630256d5a2ab2189";
  const rows: StatsRow[] = [
    {
      container: "web",
      id,
      name: "web",
      usage: { ...NO_USAGE, cpuPercent: 12.345, memory: 2 ** 20, memoryLimit: 2 ** 26, pids: 2, received: 1500 },
    },
    { container: "old", id: `0${id.slice(1)}`, name: "old", usage: NO_USAGE },
    { container: "new", id: `1${id.slice(1)}`, name: "new", usage: { ...NO_USAGE, cpuPercent: undefined } },
    { container: "gone", id: `2${id.slice(1)}`, name: "gone", usage: undefined },
  ];

  test("is docker's table", () => {
    expect(statsText("", { truncate: true })(rows)).toBe(
      [
        "CONTAINER ID   NAME      CPU %     MEM USAGE / LIMIT   MEM %     NET I/O      BLOCK I/O   PIDS",
        "c798328981e9   web       12.35%    1MiB / 64MiB        1.56%     1.5kB / 0B   0B / 0B     2",
        "0798328981e9   old       0.00%     0B / 0B             0.00%     0B / 0B      0B / 0B     0",
        "1798328981e9   new       --        0B / 0B             0.00%     0B / 0B      0B / 0B     0",
        "2798328981e9   gone      --        -- / --             --        --           --          --",
        "",
      ].join("\n"),
    );
  });

  test("has docker's fields, and those of PSI", () => {
    const [first] = rows;
    expect(JSON.parse(statsText("json", { truncate: false })([first!]))).toEqual({
      BlockIO: "0B / 0B",
      CPUPerc: "12.35%",
      CPUPressure: "--",
      Container: "web",
      ID: id,
      IOPressure: "--",
      MemPerc: "1.56%",
      MemPressure: "--",
      MemUsage: "1MiB / 64MiB",
      Name: "web",
      NetIO: "1.5kB / 0B",
      PIDs: "2",
    });
    expect(() => statsText("{{.Foo}}", { truncate: true })(rows)).toThrow(
      "can't evaluate field Foo in type *container.statsContext",
    );
  });
});

describe("frame()", () => {
  test("writes each line over the one before, and clears what is below", () => {
    expect(frame("one\ntwo\n", 24)).toBe("\u001b[Hone\u001b[K\r\ntwo\u001b[K\u001b[J");
  });

  test("counts the lines that have no room", () => {
    expect(frame("1\n2\n3\n4\n", 4)).toContain("4\u001b[K");
    expect(frame("1\n2\n3\n4\n", 3)).toBe("\u001b[H1\u001b[K\r\n2\u001b[K\r\n... 2 more\u001b[K\u001b[J");
  });
});
