import { expect, test } from "vitest";
import { prunedText, pruneWarning } from "../../src/engine/prune/prune-text.ts";
import { runOptions } from "../../src/engine/run-options.ts";
import { updatedOptions } from "../../src/engine/updated-options.ts";
import { detailedUsageText, diskUsageText } from "../../src/engine/usage/disk-usage-text.ts";

test("prunedText() lists what is gone, and what that frees", () => {
  expect(prunedText([{ kind: "Containers", names: [], reclaimed: 0 }])).toBe("Total reclaimed space: 0B\n");
  expect(
    prunedText([
      { kind: "Containers", names: ["a", "b"], reclaimed: 1500 },
      { kind: "Volumes", names: ["v"], reclaimed: 500 },
    ]),
  ).toBe("Deleted Containers:\na\nb\n\nDeleted Volumes:\nv\n\nTotal reclaimed space: 2kB\n");
});

test("pruneWarning() says what would go", () => {
  expect(pruneWarning({ all: false, volumes: false, filters: [] })).toBe(
    "WARNING! This will remove:\n  - all stopped containers\n  - all networks not used by at least one container\n  - all dangling images\n  - all dangling build cache\n",
  );
  expect(pruneWarning({ all: true, volumes: true, filters: ["until=1h", "label=x"] })).toBe(
    "WARNING! This will remove:\n  - all stopped containers\n  - all networks not used by at least one container\n  - all anonymous volumes not used by at least one container\n  - all images without at least one container associated to them\n  - all build cache\n\n  Items to be pruned will be filtered with:\n  - label=x\n  - until=1h\n",
  );
});

const ROW = {
  id: "0a2aa6b2d9b9c1b38d4ece1a87e8b3591c4b6ed8b1a51f243160b161a16f444f",
  name: "web",
  image: "/srv:O",
  imageId: "",
  command: "sleep 1000",
  created: 0,
  ports: [],
  labels: {},
  mounts: [],
  networks: ["none"],
  exitCode: 0,
  startedAt: 0,
  finishedAt: 0,
  health: "none",
} as const;
const FACTS = {
  containers: [
    { ...ROW, state: "running", sizeRw: 3000 },
    { ...ROW, name: "old", state: "exited", sizeRw: 1000 },
  ],
  volumes: [{ name: "v", driver: "local", mountpoint: "/v", labels: {}, usage: { containers: 0, bytes: 20 } }],
  images: {
    total: 2,
    active: 1,
    size: 5000,
    reclaimable: 2000,
    buildCache: { entries: 3, size: 700 },
    rows: [
      {
        name: "docker.io/library/base:1",
        repository: "base",
        tag: "1",
        digest: "<none>",
        id: `sha256:${"a".repeat(64)}`,
        created: 30_000,
        size: 5000,
        labels: {},
        shared: 3000,
        containers: 1,
      },
    ],
  },
} as const;

test("diskUsageText() prints what docker system df prints", () => {
  expect(diskUsageText(FACTS, undefined)).toBe(
    [
      "TYPE            TOTAL     ACTIVE    SIZE      RECLAIMABLE",
      "Images          2         1         5kB       2kB (40%)",
      "Containers      2         1         4kB       1kB (25%)",
      "Local Volumes   1         0         20B       20B (100%)",
      "Build Cache     3         0         700B      700B\n",
    ].join("\n"),
  );
  expect(diskUsageText(FACTS, "{{.Type}}: {{.Size}}").split("\n")[1]).toBe("Containers: 4kB");
  expect(() => diskUsageText(FACTS, "{{.Nix}}")).toThrow(
    "can't evaluate field Nix in type *formatter.diskUsageContext",
  );
});

test("detailedUsageText() shows each container and volume", () => {
  const context = { truncate: true, now: 60_000 };
  const text = detailedUsageText(FACTS, context);
  expect(text).toContain(
    '\n\nContainers space usage:\n\nCONTAINER ID   IMAGE     COMMAND        LOCAL VOLUMES   SIZE      CREATED              STATUS                          NAMES\n0a2aa6b2d9b9   /srv:O    "sleep 1000"   0               3kB       About a minute ago   Up About a minute               web\n',
  );
  expect(text).toContain(
    "base         1         aaaaaaaaaaaa   30 seconds ago   5kB       3kB           2kB           1\n",
  );
  expect(text).toContain(
    "\n\nLocal Volumes space usage:\n\nVOLUME NAME   LINKS     SIZE\nv             0         20B\n\n",
  );
  expect(JSON.parse(detailedUsageText(FACTS, context, "json"))).toMatchObject({
    Containers: [{ Names: "web", Size: "3kB" }, { Names: "old" }],
    Volumes: [{ Name: "v", Size: "20B" }],
  });
});

const MIB = 2 ** 20;
const options = (flags: Parameters<typeof runOptions>[0]) => runOptions(flags, ["true"]);

test("updatedOptions() leaves the sum of memory and swap as it is", () => {
  const now = options({ memory: "64m", cpus: "0.5" });
  expect(updatedOptions(now, { memory: 100 * MIB })).toMatchObject({
    memory: 100 * MIB,
    memorySwap: 128 * MIB,
    cpus: 0.5,
  });
  expect(updatedOptions(now, { memory: 200 * MIB, memorySwap: -1 })).toMatchObject({ memorySwap: -1 });
  expect(updatedOptions(now, { cpus: undefined, pidsLimit: 5 })).toEqual({ ...now, pidsLimit: 5 });
  expect(updatedOptions(options({}), { memory: 64 * MIB })).toMatchObject({ memory: 64 * MIB, memorySwap: undefined });
});

test.for([
  [{ memory: "64m" }, { memory: 200 * MIB }, "Memory limit should be smaller than already set memoryswap limit"],
  [{ memory: "64m" }, { memorySwap: 32 * MIB }, "Minimum memoryswap limit should be larger than memory limit"],
  [{ cpus: "0.5" }, { cpuQuota: 5000 }, "Conflicting options: CPU Quota cannot be updated as NanoCPUs"],
  [{ "cpu-period": "5000" }, { cpus: 1 }, "Conflicting options: Nano CPUs cannot be updated as CPU Period"],
] as const)("updatedOptions() of %j refuses %j", ([flags, changes, message]) => {
  expect(() => updatedOptions(options(flags), changes)).toThrow(message);
});
