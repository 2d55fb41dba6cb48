import { describe, expect, test } from "vitest";
import { table } from "../../src/engine/columns/column.ts";
import {
  CONTAINER_COLUMNS,
  type ContainerField,
  type ContainerRow,
  DF_CONTAINER_FIELDS,
  PS_FIELDS,
} from "../../src/engine/columns/container-columns.ts";
import { DF_FIELDS, DISK_USAGE_COLUMNS } from "../../src/engine/columns/disk-usage-columns.ts";
import { fieldValues } from "../../src/engine/columns/field-values.ts";
import { type Port, portText } from "../../src/engine/columns/port-text.ts";
import { STATS_COLUMNS, STATS_FIELDS } from "../../src/engine/columns/stats-columns.ts";
import { topTable } from "../../src/engine/columns/top-table.ts";
import { DF_VOLUME_FIELDS, VOLUME_COLUMNS, VOLUME_LS_FIELDS } from "../../src/engine/columns/volume-columns.ts";
import { createdAt } from "../../src/engine/words/created-at.ts";

const now = Date.UTC(2026, 0, 31, 12);
const IMAGE = `sha256:${"5b7a".repeat(16)}`;
const DIGEST = `sha256:${"9c0f".repeat(16)}`;
const web: ContainerRow = {
  id: "0123456789abcdef".repeat(4),
  name: "web",
  image: "nginx:1.29",
  imageId: IMAGE,
  command: "/docker-entrypoint.sh nginx -g 'daemon off;'",
  created: now - 7_200_000,
  state: "running",
  exitCode: 0,
  startedAt: now - 300_000,
  finishedAt: 0,
  health: "healthy",
  ports: [{ ip: "0.0.0.0", privatePort: 80, publicPort: 8080, type: "tcp" }],
  labels: { b: "2", a: "1" },
  mounts: [
    { name: "data-of-the-web-server", source: "/var/lib/wb/volumes/data", driver: "local" },
    { source: "/srv/very/long/path" },
  ],
  networks: ["bridge"],
  sizeRw: 1095,
  sizeRootFs: 152_000_000,
};
const old: ContainerRow = {
  ...web,
  id: "fedc".repeat(16),
  name: "old",
  image: IMAGE,
  command: "sh",
  state: "exited",
  exitCode: 137,
  finishedAt: now - 3000,
  ports: [],
  sizeRw: 0,
  sizeRootFs: 0,
};

describe("table()", () => {
  test("prints containers as docker ps does", () => {
    expect(table(CONTAINER_COLUMNS, PS_FIELDS, [web, old], { truncate: true, now })).toBe(
      `\
CONTAINER ID   IMAGE          COMMAND                  CREATED       STATUS                       PORTS                  NAMES
0123456789ab   nginx:1.29     "/docker-entrypoint.…"   2 hours ago   Up 5 minutes (healthy)       0.0.0.0:8080->80/tcp   web
fedcfedcfedc   5b7a5b7a5b7a   "sh"                     2 hours ago   Exited (137) 3 seconds ago                          old
`,
    );
  });

  test("prints headers where there is nothing", () => {
    expect(table(CONTAINER_COLUMNS, PS_FIELDS, [], { truncate: true, now })).toBe(
      "CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     NAMES\n",
    );
  });

  test("prints containers as docker ps --size and docker system df -v do", () => {
    expect(table(CONTAINER_COLUMNS, ["Names", "Size"], [web, old], { truncate: true, now })).toBe(
      "NAMES     SIZE\nweb       1.09kB (virtual 152MB)\nold       0B\n",
    );
    expect(table(CONTAINER_COLUMNS, DF_CONTAINER_FIELDS, [], { truncate: true, now })).toBe(
      "CONTAINER ID   IMAGE     COMMAND   LOCAL VOLUMES   SIZE      CREATED   STATUS    NAMES\n",
    );
  });

  test("prints volumes as docker volume ls and docker system df -v do", () => {
    const volume = { name: "data", driver: "local", mountpoint: "/m", labels: {} };
    expect(table(VOLUME_COLUMNS, VOLUME_LS_FIELDS, [volume], undefined)).toBe(
      "DRIVER    VOLUME NAME\nlocal     data\n",
    );
    const used = { ...volume, usage: { containers: 2, bytes: 1234 } };
    expect(table(VOLUME_COLUMNS, DF_VOLUME_FIELDS, [volume, used], undefined)).toBe(
      "VOLUME NAME   LINKS     SIZE\ndata          N/A       N/A\ndata          2         1.234kB\n",
    );
  });

  test("prints statistics as docker stats does", () => {
    const usage = {
      cpuPercent: 0.534,
      memory: 1_572_864,
      memoryLimit: 2 ** 33,
      received: 1095,
      sent: 126,
      blockRead: 0,
      blockWritten: 4_260_000,
      pids: 2,
    };
    const rows = [
      { container: "web", id: web.id, name: "web", usage },
      { container: "x", id: old.id, name: "", usage: undefined },
    ];
    expect(table(STATS_COLUMNS, STATS_FIELDS, rows, { truncate: true })).toBe(`\
CONTAINER ID   NAME      CPU %     MEM USAGE / LIMIT   MEM %     NET I/O         BLOCK I/O     PIDS
0123456789ab   web       0.53%     1.5MiB / 8GiB       0.02%     1.09kB / 126B   0B / 4.26MB   2
fedcfedcfedc   --        --        -- / --             --        --              --            --
`);
  });

  test("prints disk usage as docker system df does", () => {
    const rows = [
      { type: "Images", total: 3, active: 1, size: 1000, reclaimable: 999 },
      { type: "Containers", total: 0, active: 0, size: 0, reclaimable: 0 },
      { type: "Build Cache", total: 0, active: 0, size: 5, reclaimable: 5 },
    ] as const;
    expect(table(DISK_USAGE_COLUMNS, DF_FIELDS, rows, undefined)).toBe(`\
TYPE          TOTAL     ACTIVE    SIZE      RECLAIMABLE
Images        3         1         1kB       999B (99%)
Containers    0         0         0B        0B
Build Cache   0         0         5B        5B
`);
  });
});

test.for<[ContainerField, boolean, string]>([
  ["ID", false, web.id],
  ["Command", false, `"/docker-entrypoint.sh nginx -g 'daemon off;'"`],
  ["Mounts", true, "data-of-the-we…,/srv/very/long…"],
  ["Mounts", false, "data-of-the-web-server,/srv/very/long/path"],
  ["LocalVolumes", true, "1"],
  ["Labels", true, "a=1,b=2"],
  ["State", true, "running"],
  ["Networks", true, "bridge"],
])("CONTAINER_COLUMNS has %s, truncated %j: %s", ([field, truncate, value]) => {
  expect(CONTAINER_COLUMNS[field].value(web, { truncate, now })).toBe(value);
});

test.for<[string, boolean, string]>([
  ["", true, "<no image>"],
  [`alpine@${DIGEST}`, true, "alpine"],
  [`alpine:3@${DIGEST}`, true, "alpine:3"],
  [`alpine:3@${DIGEST}`, false, `alpine:3@${DIGEST}`],
  ["5b7a5b7a5b7a", true, "5b7a5b7a5b7a"],
  ["/srv/debian:O", true, "/srv/debian:O"],
])("CONTAINER_COLUMNS shows the image %j, truncated %j, as %j", ([image, truncate, shown]) => {
  expect(CONTAINER_COLUMNS.Image.value({ ...web, image }, { truncate, now })).toBe(shown);
});

test("fieldValues() has all fields, sorted", () => {
  const volume = { name: "data", driver: "local", mountpoint: "/m", labels: { a: "1" } };
  expect(JSON.stringify(fieldValues(VOLUME_COLUMNS, volume, undefined))).toBe(
    '{"Availability":"N/A","Driver":"local","Group":"N/A","Labels":"a=1","Links":"N/A","Mountpoint":"/m","Name":"data","Scope":"local","Size":"N/A","Status":"N/A"}',
  );
});

describe("topTable()", () => {
  const output = `\
UID          PID    PPID  C STIME TTY          TIME CMD
root           1       0  0 10:00 ?        00:00:01 /sbin/init splash
root         812     790  0 10:01 pts/0    00:00:00 sh -c  sleep 9
root           -       -  0 10:01 -        00:00:00 -
root         813     812  0 10:01 pts/0    00:00:00 sleep\u00a09
root         900       1  0 10:01 ?        00:00:00 cron
root           -       -  0 10:01 -        00:00:00 -
`;

  test("prints the lines of the container's processes and their threads", () => {
    const lines = topTable(output, new Set([812, 813])).split("\n");
    expect(lines.map((line) => line.replaceAll(/ {2,}/g, "|"))).toEqual([
      "UID|PID|PPID|C|STIME|TTY|TIME|CMD",
      "root|812|790|0|10:01|pts/0|00:00:00|sh -c sleep 9",
      "root|-|-|0|10:01|-|00:00:00|-",
      "root|813|812|0|10:01|pts/0|00:00:00|sleep\u00a09",
      "",
    ]);
    expect(lines[0]?.indexOf("PID")).toBe(20);
  });

  test("refuses what has no pids", () => {
    expect(() => topTable("CMD\nsh\n", new Set())).toThrow("Couldn't find PID field in ps output");
  });
});

test("createdAt() has the time zone's offset and letters, as Go prints them", () => {
  const time = Date.UTC(2026, 0, 31, 23, 5, 9);
  expect(createdAt(time, "UTC")).toBe("2026-01-31 23:05:09 +0000 UTC");
  expect(createdAt(time, "Europe/Berlin")).toBe("2026-02-01 00:05:09 +0100 CET");
  expect(createdAt(time, "America/New_York")).toBe("2026-01-31 18:05:09 -0500 EST");
  expect(createdAt(time, "Asia/Kathmandu")).toBe("2026-02-01 04:50:09 +0545 +0545");
});

// docker/cli, cli/command/formatter/container_test.go, TestDisplayablePorts has the like.
test.for<[string, Port[]]>([
  ["", []],
  ["9988/tcp", [{ privatePort: 9988, type: "tcp" }]],
  ["4.3.2.1:0->9988/tcp", [{ ip: "4.3.2.1", privatePort: 9988, type: "tcp" }]],
  ["4.3.2.1:8899->9988/tcp", [{ ip: "4.3.2.1", privatePort: 9988, publicPort: 8899, type: "tcp" }]],
  ["4.3.2.1:9988->9988/tcp", [{ ip: "4.3.2.1", privatePort: 9988, publicPort: 9988, type: "tcp" }]],
  [
    "0.0.0.0:80-81->80-81/tcp, [::]:80-81->80-81/tcp",
    [
      { ip: "0.0.0.0", privatePort: 80, publicPort: 80, type: "tcp" },
      { ip: "::", privatePort: 80, publicPort: 80, type: "tcp" },
      { ip: "0.0.0.0", privatePort: 81, publicPort: 81, type: "tcp" },
      { ip: "::", privatePort: 81, publicPort: 81, type: "tcp" },
    ],
  ],
  ["9988/tcp, 9988/udp", ["udp", "tcp"].map((type) => ({ privatePort: 9988, type }))],
  [
    "80/tcp, 82-83/tcp, 0.0.0.0:9090->90/tcp",
    [
      { privatePort: 83, type: "tcp" },
      { privatePort: 80, type: "tcp" },
      { ip: "0.0.0.0", privatePort: 90, publicPort: 9090, type: "tcp" },
      { privatePort: 82, type: "tcp" },
    ],
  ],
])("portText() is %j", ([text, ports]) => {
  expect(portText(ports)).toBe(text);
});
