import { requires } from "@wb/testing";
import { expect } from "vitest";
import { ask, networkState, Stage } from "../support/stage.ts";

const rooted = requires("root", "command:ip", "command:nft", "command:busybox");

rooted("published ports answer over every path, and leave nothing", async () => {
  await using stage = new Stage();
  const { pid: outside, host } = await stage.neighbour();
  // The bridge and the rules stay, as docker's do.
  await stage.say("run", "--rm", "--rootfs", `${stage.root}:O`, "true");
  const before = networkState(stage);
  await stage.say("network", "create", "other");
  const one = await stage.serve("one", "-p", "127.0.0.1:18080:80");
  const two = await stage.serve("two", "-p", "18081:80/tcp", "-p", "18081:80/udp");
  const far = await stage.serve("far", "--net", "other");
  const tcp = (address: string, port: number, from?: number): Promise<string> => ask("tcp", address, port, from);

  expect(await tcp("127.0.0.1", 18080)).toBe("one");
  expect(await tcp(host, 18080)).toBe("ECONNREFUSED");
  expect(await tcp(host, 18080, outside)).toBe("ECONNREFUSED");
  for (const [what, answer] of [
    ["tcp", "two"],
    ["udp", "echo"],
  ] as const) {
    expect(await ask(what, "127.0.0.1", 18081)).toBe(answer);
    expect(await ask(what, host, 18081)).toBe(answer);
    expect(await ask(what, host, 18081, outside)).toBe(answer);
    // Of the same network, of another one, and from itself.
    for (const { pid } of [one, far, two]) expect(await ask(what, host, 18081, pid)).toBe(answer);
    expect(await ask(what, two.addresses[0] ?? "", 80, one.pid)).toBe(answer);
    // What is not published is closed to other networks and other machines.
    expect(await ask(what, two.addresses[0] ?? "", 80, far.pid)).toBe("no answer");
  }
  // Refused at once, so that a client of `localhost` goes on to 127.0.0.1.
  expect(await tcp("::1", 18081)).toBe("ECONNREFUSED");
  expect(await stage.say("port", "two")).toBe("80/tcp -> 0.0.0.0:18081\n80/udp -> 0.0.0.0:18081");
  expect(await stage.say("ps", "--filter", "name=two", "--format", "{{.Ports}}")).toBe(
    "0.0.0.0:18081->80/tcp, 0.0.0.0:18081->80/udp",
  );

  await stage.say("rm", "-f", "one", "two", "far");
  await stage.say("network", "rm", "other");
  expect(networkState(stage)).toEqual(before);
});

rooted("a port that somebody has is refused, naming who", async () => {
  await using stage = new Stage();
  await stage.serve("web", "-p", "18082:80");
  const rest = ["--rootfs", `${stage.root}:O`, "true"];
  const taken = await stage.wb("run", "-d", "-p", "127.0.0.1:18082:80", ...rest);
  expect(taken).toMatchObject({ status: 125, stdout: "" });
  expect(taken.stderr).toMatch(/Bind for 127\.0\.0\.1:18082 failed: port is already allocated\nhint: the container /u);

  const server = (await import("node:net")).createServer();
  await new Promise<void>((resolve) => server.listen(18_083, "0.0.0.0", resolve));
  const held = await stage.wb("run", "-d", "-p", "18083:80", ...rest);
  expect(held.stderr).toContain("listen tcp4 0.0.0.0:18083: bind: address already in use\nhint: the process ");
  expect(held.stderr).toContain(String(process.pid));
  const free = await stage.wb("run", "--rm", "-p", "18083-18084:80", ...rest);
  expect(free).toMatchObject({ status: 0, stderr: "" });
  server.close();

  const foreign = await stage.wb("run", "-d", "-p", "198.51.100.1:80:80", ...rest);
  expect(foreign.stderr).toContain("bind: cannot assign requested address");
  expect((await stage.say("ps", "-a", "--format", "{{.Names}}")).split("\n")).toEqual(["web"]);
});

rooted("-P publishes what is exposed at free ports, ranges go in step, and a restart keeps them", async () => {
  await using stage = new Stage();
  await stage.serve("web", "-P", "--expose", "80", "--expose", "81/udp", "-p", "18090-18092:90-92");
  const ports = await stage.say("port", "web");
  expect(ports).toMatch(
    /^80\/tcp -> 0\.0\.0\.0:(\d+)\n81\/udp -> 0\.0\.0\.0:\d+\n90\/tcp -> 0\.0\.0\.0:18090\n91\/tcp -> 0\.0\.0\.0:18091\n92\/tcp -> 0\.0\.0\.0:18092$/u,
  );
  const port = Number(/80\/tcp -> 0\.0\.0\.0:(\d+)/u.exec(ports)?.[1]);
  expect(await ask("tcp", "127.0.0.1", port)).toBe("web");
  await stage.say("restart", "-t", "0", "web");
  await expect.poll(() => ask("tcp", "127.0.0.1", port)).toBe("web");
  await stage.say("stop", "-t", "0", "web");
  expect(await stage.say("ps", "-a", "--format", "{{.Ports}}")).toBe("");
  expect(await ask("tcp", "127.0.0.1", port)).toBe("ECONNREFUSED");
});
