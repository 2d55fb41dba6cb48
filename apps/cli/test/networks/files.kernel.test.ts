import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requires } from "@wb/testing";
import { expect } from "vitest";
import { Stage } from "../support/stage.ts";

const rooted = requires("root", "command:ip", "command:nft", "command:busybox");
const remapped = requires("root", "command:ip", "command:nft", "command:busybox", "mount_setattr", "idmapped_root");

rooted("/etc/hosts, /etc/hostname and /etc/resolv.conf are docker's", async () => {
  await using stage = new Stage();
  const root = `${stage.root}:O`;
  const names = ["--hostname", "box", "--add-host", "up:host-gateway", "--add-host", "x:192.0.2.7"];
  const dns = ["--dns", "192.0.2.53", "--dns-search", "example.org", "--dns-option", "ndots:3"];
  const script = "cat /etc/hosts /etc/hostname /etc/resolv.conf; ip -o -4 addr show eth0";
  const text = await stage.say("run", "--rm", ...names, ...dns, "--rootfs", root, "sh", "-c", script);
  const [, address = ""] = /inet ([\d.]+)\//.exec(text) ?? [];
  const gateway = address.replace(/\.\d+$/, ".1");
  expect(text.split("\n").slice(0, -1)).toEqual([
    "127.0.0.1\tlocalhost",
    "::1\tlocalhost ip6-localhost ip6-loopback",
    "fe00::\tip6-localnet",
    "ff00::\tip6-mcastprefix",
    "ff02::1\tip6-allnodes",
    "ff02::2\tip6-allrouters",
    `${gateway}\tup`,
    "192.0.2.7\tx",
    `${address}\tbox`,
    "box",
    "nameserver 192.0.2.53",
    "search example.org",
    "options ndots:3",
  ]);
});

rooted("mounts of one's own, --read-only and a root without /etc are no obstacle", async () => {
  await using stage = new Stage();
  const own = join(stage.directory, "own-hosts");
  writeFileSync(own, "192.0.2.9 mine\n");
  const root = `${stage.root}:O`;
  expect(await stage.say("run", "--rm", "-v", `${own}:/etc/hosts`, "--rootfs", root, "cat", "/etc/hosts")).toBe(
    "192.0.2.9 mine",
  );
  expect(readFileSync(own, "utf8")).toBe("192.0.2.9 mine\n");
  const etc = mkdtempSync(join(stage.directory, "etc-"));
  writeFileSync(join(etc, "made"), "here\n");
  expect(await stage.say("run", "--rm", "-v", `${etc}:/etc`, "--rootfs", root, "cat", "/etc/made")).toBe("here");
  const write = "echo x >> /etc/hosts";
  expect((await stage.wb("run", "--rm", "--read-only", "--rootfs", stage.root, "sh", "-c", write)).stderr).toMatch(
    /read-only/i,
  );
  expect(await stage.say("run", "--rm", "--rootfs", root, "sh", "-c", `${write}; tail -n1 /etc/hosts`)).toBe("x");
  const bare = mkdtempSync(join(stage.directory, "bare-"));
  mkdirSync(join(bare, "bin"));
  execFileSync("cp", ["-a", join(stage.root, "bin"), bare]);
  for (const flags of [[], ["--read-only"]])
    expect(await stage.say("run", "--rm", ...flags, "--rootfs", `${bare}:O`, "/bin/cat", "/etc/hostname")).toMatch(
      /^[0-9a-f]{12}$/,
    );
});

rooted(
  "--net container: shares address and names, ns: a namespace by its path, and host nothing of its own",
  async () => {
    await using stage = new Stage();
    const web = await stage.serve("web", "-p", "18300:80", "--hostname", "box");
    const root = ["--rootfs", `${stage.root}:O`];
    const script = "hostname; ip -o -4 addr show eth0; wget -qO- http://127.0.0.1/; cat /etc/hosts";
    const shared = await stage.say("run", "--rm", "--net", "container:web", ...root, "sh", "-c", script);
    expect(shared).toContain(`${web.addresses[0]}/`);
    expect(shared).toMatch(/^box\n/);
    expect(shared).toMatch(/\nweb\n/);
    expect(shared).toContain(`${web.addresses[0]}\tbox`);
    expect(await stage.wb("run", "--rm", "--net", "container:web", "-p", "80:80", ...root, "true")).toMatchObject({
      status: 125,
      stderr: expect.stringContaining("conflicting options: port publishing and the container type network mode"),
    });
    const byPath = [
      "run",
      "--rm",
      "--net",
      `ns:/proc/${web.pid}/ns/net`,
      ...root,
      "ip",
      "-o",
      "-4",
      "addr",
      "show",
      "eth0",
    ];
    expect(await stage.say(...byPath)).toContain(`${web.addresses[0]}/`);
    const host = await stage.wb(
      "run",
      "--rm",
      "--net",
      "host",
      "-p",
      "18301:80",
      ...root,
      "ip",
      "-o",
      "link",
      "show",
      "wb0",
    );
    expect(host).toMatchObject({
      status: 0,
      stderr: "wb: Published ports are discarded when using host network mode\n",
    });
    expect(host.stdout).toContain("wb0");
  },
);

remapped("a container in a user namespace of its own has its network: files, ping, and commands in it", async () => {
  await using stage = new Stage();
  const flags = ["--userns-remap", "0:100000:65536", "--rootfs", `${stage.root}:O`];
  await stage.say("run", "-d", "--name", "web", ...flags, "sleep", "1000");
  const script =
    "cat /etc/hosts && echo '# own' >> /etc/hosts && stat -c %u /etc/hosts && ping -c1 -w5 $(ip route | sed -n 's/default via \\([^ ]*\\).*/\\1/p')";
  const text = await stage.say("exec", "web", "sh", "-c", script);
  expect(text).toMatch(/localhost[^]*\n0\n[^]*1 packets received/);
  const pid = await stage.say("inspect", "-f", "{{.State.Pid}}", "web");
  // Its owner may change it.
  expect(
    await stage.say(
      "run",
      "--rm",
      "--cap-add",
      "NET_ADMIN",
      ...flags,
      "sh",
      "-c",
      "ip addr add 192.0.2.99/32 dev lo && echo done",
    ),
  ).toBe("done");
  expect(Number(pid)).toBeGreaterThan(0);
});
