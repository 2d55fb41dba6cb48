import { describe, expect, it } from "vitest";
import { hierarchyId, type Layout, parseLayout } from "../src/layout.ts";

/** /proc/cgroups of a Linux 6 kernel; the hierarchy numbers differ by layout and are not looked at. */
const CGROUPS = [
  "#subsys_name\thierarchy\tnum_cgroups\tenabled",
  ...[
    "cpuset",
    "cpu",
    "cpuacct",
    "blkio",
    "memory",
    "devices",
    "freezer",
    "net_cls",
    "perf_event",
    "net_prio",
    "hugetlb",
    "pids",
  ].map((name) => `${name}\t0\t1\t1`),
  "rdma\t0\t1\t0",
  "",
].join("\n");

/** Debian 12 with systemd. */
const UNIFIED = `24 30 0:22 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
30 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
31 24 0:7 / /sys/kernel/security rw,nosuid,nodev,noexec,relatime shared:8 - securityfs securityfs rw
33 24 0:28 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot
`;

/** Debian 11 booted with systemd.unified_cgroup_hierarchy=0. */
const SYSTEMD_HYBRID = `24 30 0:22 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
30 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
33 24 0:28 / /sys/fs/cgroup ro,nosuid,nodev,noexec shared:9 - tmpfs tmpfs ro,size=4096k,nr_inodes=1024,mode=755,inode64
34 33 0:29 / /sys/fs/cgroup/unified rw,nosuid,nodev,noexec,relatime shared:10 - cgroup2 cgroup2 rw,nsdelegate
35 33 0:30 / /sys/fs/cgroup/systemd rw,nosuid,nodev,noexec,relatime shared:11 - cgroup cgroup rw,xattr,name=systemd
39 33 0:34 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid,nodev,noexec,relatime shared:15 - cgroup cgroup rw,cpu,cpuacct
40 33 0:35 / /sys/fs/cgroup/net_cls,net_prio rw,nosuid,nodev,noexec,relatime shared:16 - cgroup cgroup rw,net_cls,net_prio
42 33 0:37 / /sys/fs/cgroup/memory rw,nosuid,nodev,noexec,relatime shared:18 - cgroup cgroup rw,memory
`;

/** The build machine: each controller by itself, and a v2 tree that kept hugetlb. */
const BUILD_MACHINE = `31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`;

/** CentOS 7. */
const LEGACY = `25 18 0:20 / /sys/fs/cgroup ro,nosuid,nodev,noexec shared:8 - tmpfs tmpfs ro,mode=755
26 25 0:21 / /sys/fs/cgroup/systemd rw,nosuid,nodev,noexec,relatime shared:9 - cgroup cgroup rw,xattr,release_agent=/usr/lib/systemd/systemd-cgroups-agent,name=systemd
29 25 0:24 / /sys/fs/cgroup/memory rw,nosuid,nodev,noexec,relatime shared:11 - cgroup cgroup rw,memory
30 25 0:25 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid,nodev,noexec,relatime shared:12 - cgroup cgroup rw,cpuacct,cpu
`;

/** A docker container on a v1 host, without a cgroup namespace. */
const DOCKER_V1 = `701 699 0:61 / /sys ro,nosuid,nodev,noexec,relatime - sysfs sysfs ro
702 701 0:62 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime - tmpfs tmpfs rw,mode=755,inode64
703 702 0:29 /docker/4f5b /sys/fs/cgroup/systemd ro,nosuid,nodev,noexec,relatime master:11 - cgroup cgroup rw,xattr,name=systemd
705 702 0:37 /docker/4f5b /sys/fs/cgroup/memory ro,nosuid,nodev,noexec,relatime master:18 - cgroup cgroup rw,memory
`;

function layoutOf(
  mountinfo: string,
  { controllers = "", cgroups = CGROUPS }: { controllers?: string; cgroups?: string } = {},
): Layout {
  return parseLayout({
    mountinfo,
    cgroups,
    read: (path) => (path.endsWith("/cgroup.controllers") ? `${controllers}\n` : undefined),
  });
}

const ids = (layout: Layout): string[] => layout.hierarchies.map(hierarchyId);

describe("parseLayout()", () => {
  it("finds the one tree of a unified host, with its controllers and those that v2 has none for", () => {
    const layout = layoutOf(UNIFIED, { controllers: "cpuset cpu io memory hugetlb pids rdma misc" });
    expect(layout).toEqual({
      kind: "unified",
      hierarchies: [
        {
          version: 2,
          controllers: ["cpuset", "cpu", "io", "memory", "hugetlb", "pids", "rdma", "misc"],
          mountpoint: "/sys/fs/cgroup",
          root: "/",
        },
      ],
      unmounted: ["cpuacct", "blkio", "devices", "freezer", "net_cls", "perf_event", "net_prio"],
      disabled: ["rdma"],
    });
  });

  it("finds controllers that share a hierarchy, a named one, and a v2 tree without controllers", () => {
    const layout = layoutOf(SYSTEMD_HYBRID);
    expect(layout.kind).toBe("hybrid");
    expect(layout.hierarchies).toEqual([
      { version: 2, controllers: [], mountpoint: "/sys/fs/cgroup/unified", root: "/" },
      { version: 1, controllers: [], name: "systemd", mountpoint: "/sys/fs/cgroup/systemd", root: "/" },
      { version: 1, controllers: ["cpu", "cpuacct"], mountpoint: "/sys/fs/cgroup/cpu,cpuacct", root: "/" },
      { version: 1, controllers: ["net_cls", "net_prio"], mountpoint: "/sys/fs/cgroup/net_cls,net_prio", root: "/" },
      { version: 1, controllers: ["memory"], mountpoint: "/sys/fs/cgroup/memory", root: "/" },
    ]);
  });

  it("takes each controller where it is mounted when v1 and v2 share them", () => {
    const layout = layoutOf(BUILD_MACHINE, { controllers: "hugetlb" });
    expect(layout.kind).toBe("hybrid");
    expect(ids(layout)).toEqual(["cpu", "memory", "name=systemd", "unified"]);
    expect(layout.hierarchies.at(-1)?.controllers).toEqual(["hugetlb"]);
    expect(layout.unmounted).not.toContain("hugetlb");
  });

  it("passes over mount options that are no controllers", () => {
    const layout = layoutOf(LEGACY);
    expect(layout.kind).toBe("legacy");
    expect(ids(layout)).toEqual(["name=systemd", "memory", "cpuacct,cpu"]);
  });

  it("tells the group that is mounted in a container without a cgroup namespace", () => {
    expect(layoutOf(DOCKER_V1).hierarchies.map(({ root }) => root)).toEqual(["/docker/4f5b", "/docker/4f5b"]);
  });

  it("tells a mount from before the cgroup namespace by its root", () => {
    const [hierarchy] = layoutOf(UNIFIED.replace("0:28 / ", "0:28 /../.. ")).hierarchies;
    expect(hierarchy?.root).toBe("/../..");
  });

  it("takes the first mount of a hierarchy that is mounted twice", () => {
    const again =
      "90 30 0:28 /user.slice /mnt/cg rw shared:9 - cgroup2 cgroup2 rw\n91 30 0:37 / /mnt/mem rw - cgroup cgroup rw,memory\n";
    expect(layoutOf(UNIFIED + again).hierarchies.map(({ mountpoint }) => mountpoint)).toEqual([
      "/sys/fs/cgroup",
      "/mnt/mem",
    ]);
  });

  it("passes over a mount that another one hides", () => {
    const over =
      "80 33 0:70 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n81 80 0:28 / /sys/fs/cgroup/v2 rw - cgroup2 cgroup2 rw\n";
    expect(layoutOf(UNIFIED + over).hierarchies.map(({ mountpoint }) => mountpoint)).toEqual(["/sys/fs/cgroup/v2"]);
    const onTop = "82 33 0:71 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n";
    expect(layoutOf(UNIFIED + onTop).kind).toBe("none");
    const above = "83 30 0:72 / /sys rw - tmpfs tmpfs rw\n";
    expect(layoutOf(UNIFIED + above).kind).toBe("none");
  });

  it("finds a mount where another one stands that is hidden itself", () => {
    const below =
      "84 33 0:70 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n85 84 0:37 / /sys/fs/cgroup/mem rw - cgroup cgroup rw,memory\n";
    const tmpfs = "86 84 0:71 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n";
    const again = "87 86 0:37 /own /sys/fs/cgroup/mem rw - cgroup cgroup rw,memory\n";
    expect(layoutOf(UNIFIED + below + tmpfs).kind).toBe("none");
    expect(layoutOf(UNIFIED + below + tmpfs + again).hierarchies.map(({ root }) => root)).toEqual(["/own"]);
    // A new sysfs, as a new network namespace needs it.
    const sysfs = "88 24 0:72 / /sys rw - sysfs sysfs rw\n89 88 0:28 /own /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
    expect(layoutOf(UNIFIED + sysfs).hierarchies.map(({ root }) => root)).toEqual(["/own"]);
  });

  it("reads the octal escapes of a mount point", () => {
    expect(
      layoutOf(UNIFIED.replace("/sys/fs/cgroup rw", String.raw`/my\040cgroups\134 rw`)).hierarchies[0]?.mountpoint,
    ).toBe("/my cgroups\\");
  });

  it("says so where nothing is mounted, and what was switched off", () => {
    const layout = layoutOf("30 1 8:1 / / rw - ext4 /dev/sda1 rw\n", {
      cgroups: CGROUPS.replace("memory\t0\t1\t1", "memory\t0\t1\t0"),
    });
    expect(layout.kind).toBe("none");
    expect(layout.hierarchies).toEqual([]);
    expect(layout.disabled).toEqual(["memory", "rdma"]);
  });

  it("does without /proc/cgroups and with lines that it does not know", () => {
    expect(layoutOf(`garbage\n\n${UNIFIED}`, { cgroups: "", controllers: "memory" }).hierarchies).toHaveLength(1);
  });
});
