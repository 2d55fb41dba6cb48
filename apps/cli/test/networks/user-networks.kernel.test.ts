import { execFileSync, spawn, spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { requires } from "@wb/testing";
import { expect } from "vitest";
import { ask, Stage } from "../support/stage.ts";

const rooted = requires("root", "command:ip", "command:nft", "command:busybox");

rooted("two networks: within by name and alias, not across; IPv6, published and within", async () => {
  await using stage = new Stage();
  const { pid: outside, host, host6 } = await stage.neighbour();
  await stage.say("network", "create", "--ipv6", "--subnet", "172.30.0.0/24", "--subnet", "fd00:30::/64", "front");
  await stage.say("network", "create", "--internal", "back");
  const web = await stage.serve("web", "--net", "front", "--ip", "172.30.0.9", "--ip6", "fd00:30::9", "-p", "18100:80");
  const app = await stage.serve("app", "--net", "front", "--network-alias", "service");
  const db = await stage.serve("db", "--net", "back");
  expect(web.addresses).toEqual(["172.30.0.9", "fd00:30::9"]);
  const asked = "{{json .NetworkSettings.Networks.front.IPAMConfig}}";
  expect((await stage.say("inspect", "-f", asked, "web", "app")).split("\n")).toEqual([
    '{"IPv4Address":"172.30.0.9","IPv6Address":"fd00:30::9"}',
    "null",
  ]);

  for (const word of ["web", "service", "app"])
    expect(await stage.say("exec", "app", "wget", "-qO-", `http://${word}/`)).toBe(word === "web" ? "web" : "app");
  expect(await stage.say("exec", "web", "ping6", "-c1", "-W2", "app")).toContain("1 packets received");
  expect((await stage.wb("exec", "db", "ping", "-c1", "-W1", "172.30.0.9")).status).toBe(1);
  expect(await ask("tcp", "172.30.0.9", 80, db.pid)).toMatch(/no answer|ENETUNREACH/u);
  expect((await stage.wb("exec", "db", "ping", "-c1", "-W1", "web")).stderr).toContain("bad address");

  for (const address of ["fd00:30::9", app.addresses[1] ?? ""])
    expect(await ask("tcp", address, 80)).not.toBe("no answer");
  expect(await ask("tcp", host6, 18_100, outside)).toBe("web");
  expect(await ask("udp", "fd00:30::9", 80, app.pid)).toBe("echo");
  expect(await ask("tcp", host6, 18_100)).toBe("web");
  expect(await ask("tcp", "::1", 18_100)).toBe("ECONNREFUSED");
  expect(await ask("tcp", host, 18_100, outside)).toBe("web");

  // One more network, and back again.
  await stage.say("network", "connect", "--alias", "store", "back", "app");
  expect(await stage.say("exec", "app", "wget", "-qO-", "http://db/")).toBe("db");
  expect(await stage.say("exec", "db", "wget", "-qO-", "http://store/")).toBe("app");
  await stage.say("network", "disconnect", "back", "app");
  expect(await stage.say("exec", "db", "cat", "/etc/hosts")).not.toContain("store");

  // A container that is renamed, stopped, and that nobody knows any more.
  await stage.say("rename", "web", "www");
  expect(await stage.say("exec", "app", "wget", "-qO-", "http://www/")).toBe("web");
  await stage.say("stop", "-t", "0", "www");
  expect(await stage.say("exec", "app", "cat", "/etc/hosts")).not.toContain("172.30.0.9");
  await stage.say("start", "www");
  await expect.poll(() => stage.wb("exec", "app", "wget", "-qO-", "http://www/")).toMatchObject({ stdout: "web\n" });

  const busy = await stage.wb("network", "rm", "front");
  expect(busy).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/network front id \w{64} has active endpoints/u),
  });
});

requires("root", ...(["ip", "nft", "busybox", "iperf3", "nc"] as const).map((name) => `command:${name}` as const))(
  "programs that people have reach each other within a network, and not across",
  async () => {
    await using stage = new Stage();
    await stage.say("network", "create", "front");
    await stage.say("network", "create", "back");
    const server = await stage.serve("server", "--net", "front");
    const near = await stage.serve("near", "--net", "front");
    const far = await stage.serve("far", "--net", "back");
    const [address = ""] = server.addresses;
    using _servers = started(
      ["nsenter", "--net", `--target=${server.pid}`, "iperf3", "-s"],
      ["nsenter", "--net", `--target=${server.pid}`, "sh", "-c", "while :; do echo told | nc -u -l -W 1 5000; done"],
    );
    const from = (pid: number, ...words: readonly string[]): string => {
      const { status, stdout } = spawnSync("nsenter", ["--net", `--target=${pid}`, "timeout", "10", ...words], {
        encoding: "utf8",
      });
      return status === 0 ? stdout : "no answer";
    };
    expect(await stage.say("exec", "near", "wget", "-qO-", `http://${address}/`)).toBe("server");
    expect((await stage.wb("exec", "far", "timeout", "2", "wget", "-qO-", `http://${address}/`)).stdout).toBe("");
    const udp = ["sh", "-c", `echo asked | nc -u -w 2 -W 1 ${address} 5000 | grep .`];
    await expect.poll(() => from(near.pid, ...udp)).toBe("told\n");
    expect(from(far.pid, ...udp)).toBe("no answer");
    const bytes = ["iperf3", "-c", address, "--connect-timeout", "2000", "-n", "16M", "-J"];
    await expect.poll(() => from(near.pid, ...bytes)).toMatch(/"bytes":\s*16777216,/u);
    expect(from(far.pid, ...bytes)).toContain("unable to connect to server: Connection timed out");
  },
);

rooted("one call does what the walk by hand does, and ip and nft see it", async () => {
  await using stage = new Stage();
  await stage.say("network", "create", "--subnet", "10.244.244.0/24", "walk");
  const { pid, addresses } = await stage.serve("box", "--net", "walk");
  expect(addresses).toEqual(["10.244.244.2"]);
  expect(await stage.say("exec", "box", "ping", "-c1", "-W2", "10.244.244.1")).toContain("1 packets received");
  expect(await ask("tcp", "10.244.244.2", 80)).toBe("box");
  const inspected = JSON.parse(
    await stage.say("inspect", "-f", "{{json .NetworkSettings.Networks.walk}}", "box"),
  ) as object;
  expect(inspected).toMatchObject({ IPAddress: "10.244.244.2", IPPrefixLen: 24, Gateway: "10.244.244.1" });
  const inside = (...words: readonly string[]): string =>
    execFileSync("nsenter", ["--net", `--target=${pid}`, "ip", ...words], { encoding: "utf8" });
  expect(inside("route")).toMatch(/^default via 10\.244\.244\.1 dev eth0 *\n10\.244\.244\.0\/24 dev eth0/u);
  expect(inside("-d", "link", "show", "eth0")).toContain("veth");
  expect(execFileSync("nft", ["list", "table", "inet", "wb"], { encoding: "utf8" })).toContain("10.244.244.0/24");
});

rooted("a network that cannot be is refused, and leaves nothing", async () => {
  await using stage = new Stage();
  await stage.say("network", "create", "--subnet", "172.31.0.0/30", "small");
  await stage.serve("only", "--net", "small");
  const rest = ["--rootfs", `${stage.root}:O`, "true"];
  for (const [args, says] of [
    [["run", "-d", "--net", "small", ...rest], /no available IPv4 addresses on this network's address pools/u],
    [["run", "-d", "--net", "nowhere", ...rest], /network nowhere not found/u],
    [["run", "-d", "--net", "small", "--ip", "172.31.0.2", ...rest], /Address already in use: 172\.31\.0\.2/u],
    [["run", "-d", "--net", "small", "--ip", "10.0.0.1", ...rest], /10\.0\.0\.1 is not of the network/u],
    [["network", "create", "small"], /network with name small already exists/u],
    [["network", "create", "bridge"], /network with name bridge already exists/u],
    [["network", "create", "--subnet", "172.31.0.0/24", "x"], /Pool overlaps with other one on this address space/u],
    [["network", "create", "--subnet", "10.0.0.1/24", "x"], /invalid subnet 10\.0\.0\.1\/24/u],
    [["network", "create", "--subnet", "127.5.0.0/16", "x"], /invalid subnet 127\.5\.0\.0\/16: .*of 127\.0\.0\.0\/8/u],
    [["network", "create", "--subnet", "0.0.0.0/0", "x"], /invalid subnet 0\.0\.0\.0\/0/u],
    [["network", "create", "--gateway", "10.0.0.1", "x"], /no matching subnet for gateway 10\.0\.0\.1/u],
    [["network", "create", "-o", "com.docker.network.bridge.name=a-name-of-16-byt", "x"], /a-name-of-16-byt/u],
    [["network", "create", "-o", "com.docker.network.bridge.name=lo", "x"], /lo is another link and no bridge/u],
    [["network", "create", "-d", "macvlan", "x"], /could not resolve driver macvlan/u],
    [["network", "rm", "bridge"], /bridge is a pre-defined network and cannot be removed/u],
    [["network", "rm", "nowhere"], /network nowhere not found/u],
    [["network", "connect", "small", "only"], /endpoint with name only already exists in network small/u],
    [["network", "disconnect", "bridge", "only"], /is not connected to network bridge/u],
  ] as const) {
    const { status, stderr } = await stage.wb(...args);
    expect([args, status]).toEqual([args, args[0] === "run" ? 125 : 1]);
    expect(stderr).toMatch(says);
    expect(stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(2);
  }
  expect(await stage.say("network", "ls", "--format", "{{.Name}}")).toBe("bridge\nhost\nnone\nsmall");
  expect(await stage.say("ps", "-a", "--format", "{{.Names}}")).toBe("only");
});

/** Servers until they are killed, with what they started. */
function started(...commands: readonly (readonly [string, ...string[]])[]): Disposable {
  const children = commands.map(([file, ...args]) => spawn(file, args, { stdio: "ignore", detached: true }));
  return {
    [Symbol.dispose]: () => {
      for (const { pid } of children) if (pid !== undefined) process.kill(-pid, "SIGKILL");
    },
  };
}

rooted("a bridge that somebody made is used and stays: its name, its alias, its other ports", async () => {
  await using stage = new Stage();
  const ip = (...words: readonly string[]): string => execFileSync("ip", words, { encoding: "utf8" });
  ip("link", "add", "theirs", "type", "bridge");
  ip("link", "set", "theirs", "alias", "of the office");
  await stage.say(
    "network",
    "create",
    "-o",
    "com.docker.network.bridge.name=theirs",
    "--subnet",
    "10.9.0.0/24",
    "used",
  );
  await stage.serve("box", "--net", "used", "--ip", "10.9.0.9");
  expect(await ask("tcp", "10.9.0.9", 80)).toBe("box");
  await stage.say("rm", "-f", "box");
  await stage.say("network", "rm", "used");
  expect(ip("link", "show", "theirs")).toContain("alias of the office");
  ip("link", "delete", "theirs");
});

rooted("what a killed creation had half written goes with the next one", async () => {
  await using stage = new Stage();
  await stage.say("network", "create", "one");
  const places = `${stage.env.WB_ROOT}/networks`;
  writeFileSync(`${places}/two.json.4711.new`, "{");
  await stage.say("network", "create", "two");
  expect(readdirSync(places).toSorted()).toEqual(["one.json", "two.json"]);
});
