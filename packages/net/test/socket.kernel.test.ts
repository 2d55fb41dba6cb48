import { spawn } from "node:child_process";
import { address, call, memory, run, step } from "@wb/syscall";
import { leavesHostUnchanged, requires } from "@wb/testing";
import { expect, onTestFinished } from "vitest";
import { linkAdd, linkGet, linkList, openNetlink } from "../src/index.ts";
import { errorOf, testNetns } from "./namespace.ts";

leavesHostUnchanged();
const withIp = requires("root", "command:ip", "command:nsenter");

withIp("a NetlinkSocket takes no messages of other processes: its answers are the kernel's", async () => {
  const netns = await testNetns();
  using socket = openNetlink("route", { netns: netns.pid });
  const named = run([
    step("ask for the port", [
      memory("name", 16),
      memory("length", Buffer.from([12, 0, 0, 0, 0, 0, 0, 0])),
      call("getsockname", socket.fd, address("name"), address("length")),
    ]),
  ]);
  const to = named.bytes("name", 12);
  expect(to.readUInt32LE(4)).not.toBe(0);
  using other = openNetlink("route", { netns: netns.pid });
  const send = (fd: number): unknown =>
    errorOf(() => run([step("forge an answer", [call("sendto", fd, Buffer.alloc(16), 16, 0, to, to.length)])])).code;
  expect(send(other.fd)).toBe("ECONNREFUSED");
  expect(linkGet("lo", socket).index).toBe(1);
});

withIp("a list is whole while another process changes it", async () => {
  const netns = await testNetns();
  linkAdd({ name: "stays", kind: "bridge" }, { netns: netns.pid });
  const loop =
    "while true; do for i in 1 2 3 4 5 6 7 8; do ip link add b$i type bridge; done; for i in 1 2 3 4 5 6 7 8; do ip link del b$i; done; done";
  const child = spawn("nsenter", ["--net", `--target=${netns.pid}`, "sh", "-c", loop], { stdio: "ignore" });
  const gone = new Promise((resolve) => {
    child.once("exit", resolve);
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await gone;
  });
  using socket = openNetlink("route", { netns: netns.pid });
  const seen = new Set<number>();
  for (const end = Date.now() + 10_000; Date.now() < end && seen.size < 4;) {
    const names = linkList(socket).map(({ name }) => name);
    expect(names.slice(0, 2)).toEqual(["lo", "stays"]);
    expect(new Set(names).size).toBe(names.length);
    seen.add(names.length);
  }
  expect(seen.size).toBeGreaterThan(1);
});

withIp("two processes that make one link: one of them is refused, and its batch leaves the other's alone", async () => {
  const netns = await testNetns();
  linkAdd({ name: "one", kind: "bridge" }, { netns: netns.pid });
  expect(errorOf(() => linkAdd({ name: "one", kind: "bridge" }, { netns: netns.pid })).code).toBe("EEXIST");
  expect(linkGet("one", { netns: netns.pid }).kind).toBe("bridge");
});

withIp("transact() throws ENOBUFS when answers are lost, and the socket can be used again", async () => {
  const netns = await testNetns();
  using socket = openNetlink("route", { netns: netns.pid });
  const one = { type: 18, flags: 4, name: "RTM_GETLINK", command: "ip link show", payload: Buffer.alloc(16) };
  one.payload.writeInt32LE(1, 4);
  const options = Buffer.from(Int32Array.of(2304).buffer);
  run([step("make the buffer small", [call("setsockopt", socket.fd, 1, 8, options, 4)])]);
  expect(errorOf(() => socket.transact(Array.from({ length: 200 }, () => one))).code).toBe("ENOBUFS");
  expect(linkGet("lo", socket).name).toBe("lo");
});

requires("root")("openNetlink() speaks to nfnetlink, too", async () => {
  const netns = await testNetns();
  using socket = openNetlink("netfilter", { netns: netns.pid });
  expect(socket.family).toBe("netfilter");
  expect(errorOf(() => linkList(socket))).toBeInstanceOf(TypeError);
  // A type that no subsystem has.
  const request = { type: 0xff00, flags: 0, name: "NFNL", command: "nothing", payload: Buffer.alloc(4) };
  expect(errorOf(() => socket.request(request))).toMatchObject({ code: "EINVAL", messageType: "NFNL" });
});
