import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readlinkSync } from "node:fs";
import { leavesHostUnchanged, requires } from "@wb/testing";
import { expect, onTestFinished, vi } from "vitest";
import {
  bridgePortSet,
  linkAdd,
  linkDelete,
  linkDeleteInPool,
  linkFind,
  linkGet,
  linkList,
  linkPropertyAdd,
  linkPropertyDelete,
  linkSet,
  type NewLink,
  openNetlink,
  tuntapAdd,
} from "../src/index.ts";
import { errorOf, testNetns } from "./namespace.ts";

leavesHostUnchanged();
const withIp = requires("root", "command:ip", "command:nsenter");

const KINDS: readonly (readonly [link: NewLink, data: Record<string, unknown> | undefined])[] = [
  [{ name: "x0", kind: "ifb", mtu: 1400, address: "02:00:00:00:00:01", txqlen: 77, group: 5 }, undefined],
  [{ name: "x0", kind: "dummy" }, undefined],
  [
    { name: "x0", kind: "bridge", data: { stpState: 1, forwardDelay: 200, mcastSnooping: false } },
    { stp_state: 1, forward_delay: 200, mcast_snooping: 0 },
  ],
  [
    { name: "x0", kind: "vlan", link: "base", data: { id: 42 } },
    { id: 42, protocol: "802.1Q" },
  ],
  [{ name: "x0", kind: "macvlan", link: "base", data: { mode: "bridge" } }, { mode: "bridge" }],
  [
    { name: "x0", kind: "ipvlan", link: "base", data: { mode: "l3", flags: "private" } },
    { mode: "l3", mode_flag: "private" },
  ],
  [
    { name: "x0", kind: "vxlan", data: { id: 7, local: "10.0.0.1", dstport: 4789, ttl: 5 } },
    { id: 7, local: "10.0.0.1", port: 4789, ttl: 5 },
  ],
  [{ name: "x0", kind: "veth", peer: { name: "y0", mtu: 1300 } }, undefined],
];

for (const [link, data] of KINDS) {
  requires(
    "root",
    "command:ip",
    "command:nsenter",
    `link_kind:${link.kind}`,
  )(`linkAdd() makes a ${link.kind} as ip shows it`, async () => {
    const netns = await testNetns();
    netns.run("ip", "link", "add", "base", "type", "veth");
    linkAdd(link, { netns: netns.pid });
    const [shown] = netns.ip("link", "show", "x0");
    expect(shown).toMatchObject({ ifname: "x0", linkinfo: { info_kind: link.kind } });
    if (data !== undefined) expect(shown?.["linkinfo"]).toMatchObject({ info_data: data });
    const ours = linkGet("x0", { netns: netns.pid });
    expect(ours).toMatchObject({ kind: link.kind, ...(link.data === undefined ? {} : { data: link.data }) });
    expect(ours).toMatchObject({
      mtu: shown?.["mtu"],
      operstate: shown?.["operstate"],
      index: shown?.["ifindex"],
      qdisc: shown?.["qdisc"],
    });
    if (link.kind === "ifb")
      expect(shown).toMatchObject({
        mtu: 1400,
        address: "02:00:00:00:00:01",
        txqlen: 77,

        group: "5",
      });
    if (link.kind === "veth") expect(netns.ip("link", "show", "y0")).toMatchObject([{ mtu: 1300, link: "x0" }]);
    linkDelete("x0", { netns: netns.pid });
    expect(linkFind("x0", { netns: netns.pid })).toBeUndefined();
  });
}

withIp("linkAdd() makes the other end of a veth in a second namespace, by pid, path and file descriptor", async () => {
  const [inside, outside] = [await testNetns(), await testNetns()];
  linkAdd(
    { name: "v0", index: 9, kind: "veth", up: true, peer: { name: "eth0", index: 7, netns: inside.pid } },
    { netns: outside.pid },
  );
  linkAdd(
    { name: "v1", kind: "veth", peer: { name: "eth1", netns: `/proc/${inside.pid}/ns/net` } },
    { netns: outside.pid },
  );
  expect(inside.ip("link", "show", "eth0")).toMatchObject([{ ifindex: 7, link_netnsid: 0 }]);
  expect(inside.ip("link", "show", "eth1")).toHaveLength(1);
  expect(linkGet("v0", { netns: outside.pid })).toMatchObject({ link: 7, linkNetnsid: 0, up: true });
});

withIp("linkSet() changes what ip shows, and moves a link to another namespace", async () => {
  const [one, other] = [await testNetns(), await testNetns()];
  using socket = openNetlink("route", { netns: one.pid });
  linkAdd({ name: "br", kind: "bridge" }, socket);
  linkAdd({ name: "d0", kind: "veth" }, socket);
  linkSet(
    "d0",
    { name: "d1", mtu: 1280, address: "02:00:00:00:00:02", alias: "text", master: "br", promisc: true, arp: false },
    socket,
  );
  linkSet("d1", { up: true, addrGenMode: "none", sysctls: { route_localnet: 1, rp_filter: 2 } }, socket);
  expect(one.ip("link", "show", "d1")).toMatchObject([
    {
      mtu: 1280,
      address: "02:00:00:00:00:02",
      ifalias: "text",
      master: "br",
      inet6_addr_gen_mode: "none",
      promiscuity: expect.any(Number),
      flags: expect.arrayContaining(["NOARP", "PROMISC", "UP"]),
    },
  ]);
  expect(linkGet("d1", socket)).toMatchObject({
    portKind: "bridge",
    addrGenMode: "none",
    sysctls: { route_localnet: 1, rp_filter: 2 },
  });
  bridgePortSet("d1", { hairpin: true, isolated: true, guard: true }, socket);
  expect(one.ip("link", "show", "d1")).toMatchObject([
    { linkinfo: { info_slave_data: { hairpin: true, isolated: true, guard: true } } },
  ]);
  linkSet("br", { kind: "bridge", data: { ageingTime: 1000 } }, socket);
  expect(one.ip("link", "show", "br")).toMatchObject([{ linkinfo: { info_data: { ageing_time: 1000 } } }]);
  linkSet("d1", { master: null }, socket);
  expect(one.ip("link", "show", "d1")[0]).not.toHaveProperty("master");
  linkSet("d1", { netns: other.pid }, socket);
  expect(linkFind("d1", socket)).toBeUndefined();
  expect(other.ip("link", "show", "d1")).toHaveLength(1);
});

withIp("linkList() has what ip link show has, with counters", async () => {
  const netns = await testNetns();
  for (let number = 0; number < 60; number++) linkAdd({ name: `d${number}`, kind: "bridge" }, { netns: netns.pid });
  const shown = netns.ip("link", "show");
  const ours = linkList({ netns: netns.pid });
  expect(ours.map(({ name, index, mtu, address }) => ({ name, index, mtu, address }))).toEqual(
    shown.map((link) => ({ name: link["ifname"], index: link["ifindex"], mtu: link["mtu"], address: link["address"] })),
  );
  expect(linkGet("lo", { netns: netns.pid }).stats).toMatchObject({ rxBytes: 0n });
  expect(linkList({ netns: netns.pid }, { kind: "veth" })).toEqual([]);
});

withIp("linkPropertyAdd() gives a link more names, by which it is found", async () => {
  const netns = await testNetns();
  const where = { netns: netns.pid };
  linkAdd({ name: "d0", kind: "bridge" }, where);
  linkPropertyAdd("d0", ["short", "a-name-of-more-than-fifteen-bytes"], where);
  expect(netns.ip("link", "show", "d0")).toMatchObject([
    { altnames: expect.arrayContaining(["short", "a-name-of-more-than-fifteen-bytes"]) },
  ]);
  expect(linkGet("a-name-of-more-than-fifteen-bytes", where).name).toBe("d0");
  linkSet("a-name-of-more-than-fifteen-bytes", { mtu: 1300 }, where);
  expect(linkGet("short", where).mtu).toBe(1300);
  linkPropertyDelete("d0", ["short"], where);
  expect(linkFind("short", where)).toBeUndefined();
});

withIp("refusals name the command, the message, the error and what the kernel says", async () => {
  const netns = await testNetns();
  const where = { netns: netns.pid };
  expect(errorOf(() => linkAdd({ name: "a-name-too-long-", kind: "bridge" }, where))).toMatchObject({
    code: "WB_NET_NAME",
    message: expect.stringContaining("16 bytes, and 15 are the most"),
  });
  for (const name of ["", ".", "a/b", "a b", "a:b", "a\0"])
    expect(errorOf(() => linkAdd({ name, kind: "bridge" }, where)).code).toBe("WB_NET_NAME");
  linkAdd({ name: "fifteen-bytes-x", kind: "bridge" }, where);
  const exists = errorOf(() => linkAdd({ name: "fifteen-bytes-x", kind: "bridge" }, where));
  expect(exists).toMatchObject({
    code: "EEXIST",
    errno: -17,
    messageType: "RTM_NEWLINK",
    hint: expect.stringContaining("ip link show"),
  });
  expect(exists.message).toBe("ip link add fifteen-bytes-x type bridge: RTM_NEWLINK: EEXIST, File exists");
  expect(errorOf(() => linkSet("nowhere", { up: true }, where))).toMatchObject({ code: "ENODEV" });
  expect(errorOf(() => linkGet("nowhere", where))).toMatchObject({ code: "WB_NET_LINK" });
  expect(errorOf(() => linkSet("fifteen-bytes-x", { mtu: 1 << 30 }, where))).toMatchObject({
    code: "EINVAL",
    kernelText: "mtu greater than device maximum",
  });
  expect(errorOf(() => linkAdd({ name: "x", kind: "vlan", link: "nowhere", data: { id: 1 } }, where))).toMatchObject({
    code: "WB_NET_LINK",
  });
  expect(errorOf(() => linkList({ netns: "wb-no-such-namespace" }))).toMatchObject({
    code: "WB_NET_NETNS",
    hint: "ip netns add wb-no-such-namespace",
  });
  expect(errorOf(() => linkList({ netns: "/etc/passwd" }))).toMatchObject({ code: "EINVAL", syscall: "setns" });
  expect(errorOf(() => linkList({ netns: 0 }))).toMatchObject({ code: "WB_NET_VALUE" });
});

withIp("openNetlink() leaves this process in its own namespace, and no file descriptor open", async () => {
  const netns = await testNetns();
  const before = [readlinkSync("/proc/self/ns/net"), readdirSync("/proc/self/fd").length];
  for (let round = 0; round < 20; round++) linkList({ netns: netns.pid });
  expect(errorOf(() => openNetlink("route", { netns: "/dev/null" })).code).toBe("EINVAL");
  const socket = openNetlink("route");
  socket.close();
  socket.close();
  expect(errorOf(() => linkList(socket)).code).toBe("WB_NET_CLOSED");
  expect([readlinkSync("/proc/self/ns/net"), readdirSync("/proc/self/fd").length]).toEqual(before);
});

withIp("tuntapAdd() makes a tap that stays, once", async () => {
  const netns = await testNetns();
  const where = { netns: netns.pid };
  const options = { name: "tap0", mode: "tap", user: 1000, multiQueue: true } as const;
  tuntapAdd(options, where);
  expect(netns.ip("link", "show", "tap0")).toMatchObject([
    {
      linkinfo: {
        info_kind: "tun",
        info_data: { type: "tap", multi_queue: true, persist: true, user: expect.anything() },
      },
    },
  ]);
  expect(linkGet("tap0", where).kind).toBe("tun");
  expect(errorOf(() => tuntapAdd(options, where))).toMatchObject({ code: "EBUSY", syscall: "ioctl" });
  expect(errorOf(() => tuntapAdd({ ...options, name: "sixteen-bytes-xx" }, where)).code).toBe("WB_NET_NAME");
  linkDelete("tap0", where);
  expect(linkFind("tap0", where)).toBeUndefined();
});

withIp("a socket reaches a namespace of another user namespace", async () => {
  const child = spawn("unshare", ["--user", "--map-root-user", "--net", "sleep", "60"], { stdio: "ignore" });
  const pid = child.pid ?? 0;
  try {
    await vi.waitUntil(() => readlinkSync(`/proc/${pid}/exe`).endsWith("sleep"), { timeout: 10_000, interval: 5 });
    linkAdd({ name: "br", kind: "bridge" }, { netns: pid });
    expect(linkGet("br", { netns: { fd: openedFd(pid) } }).kind).toBe("bridge");
  } finally {
    child.kill("SIGKILL");
    await new Promise((resolve) => {
      child.once("exit", resolve);
    });
  }
});

function openedFd(pid: number): number {
  const fd = openSync(`/proc/${pid}/ns/net`, "r");
  onTestFinished(() => closeSync(fd));
  return fd;
}

withIp("linkDeleteInPool() deletes a link while this thread goes on", async () => {
  const netns = await testNetns();
  const where = { netns: netns.pid };
  linkAdd({ name: "br", kind: "bridge", up: true }, where);
  await linkDeleteInPool("br", where);
  expect(linkFind("br", where)).toBeUndefined();
  await expect(linkDeleteInPool("br", where)).rejects.toMatchObject({ code: "ENODEV", command: "ip link delete br" });
});
