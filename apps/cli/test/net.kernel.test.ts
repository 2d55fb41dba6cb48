import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { leavesHostUnchanged, requires, temporaryDirectory, waitFor } from "@wb/testing";
import { execa } from "execa";
import { afterEach, beforeAll, beforeEach, expect, vi } from "vitest";
import { type Outcome, wb, wbScript } from "./support/wb.ts";

/** Two network namespaces, which `ip netns` makes. */
const [one, two] = [`wb-cli-${process.pid}-one`, `wb-cli-${process.pid}-two`];
const isRoot = process.geteuid?.() === 0;
const kernel = requires("root", "command:ip", "command:nft");

beforeAll(() => {
  wbScript();
  if (!isRoot) return;
  // The first one of a machine makes /run/netns a mount, which stays.
  execFileSync("ip", ["netns", "add", one]);
  execFileSync("ip", ["netns", "del", one]);
}, 120_000);
leavesHostUnchanged();
beforeEach(() => {
  if (isRoot) for (const name of [one, two]) execFileSync("ip", ["netns", "add", name]);
});
afterEach(() => {
  if (isRoot) for (const name of [one, two]) execFileSync("ip", ["netns", "del", name]);
});

function net(line: string): Promise<Outcome> {
  return wb(["net", ...line.split(" ")]);
}

/** What succeeds, and says nothing on stderr. */
async function ok(line: string): Promise<string> {
  const { stdout, stderr, status } = await net(line);
  expect([line, stderr, status]).toEqual([line, "", 0]);
  return stdout;
}

function ip(name: string, line: string): Record<string, unknown>[] {
  const text = execFileSync("ip", ["-n", name, "-j", "-d", ...line.split(" ")], { encoding: "utf8" });
  return text.trim() === "" ? [] : (JSON.parse(text) as Record<string, unknown>[]);
}

function inside(name: string, ...argv: readonly string[]): string {
  return execFileSync("ip", ["netns", "exec", name, ...argv], { encoding: "utf8" });
}

kernel("a pair, addresses and routes that wb net makes are what ip shows, and lists as ip does", async () => {
  await ok(
    `veth add web0 --peer eth0 --netns ${one} --peer-netns ${two} --mtu 1400 --peer-address 02:42:00:00:00:02 --up`,
  );
  expect(ip(one, "link show web0")).toMatchObject([{ mtu: 1400, flags: expect.arrayContaining(["UP"]) }]);
  const peer = { mtu: 1400, address: "02:42:00:00:00:02", flags: expect.arrayContaining(["UP"]) };
  expect(ip(two, "link show eth0")).toMatchObject([{ ...peer, linkinfo: { info_kind: "veth" } }]);
  await ok(`addr add 10.244.244.1/24 brd + dev web0 -n ${one}`);
  await ok(`addr add 10.244.244.2/24 dev eth0 -n ${two}`);
  await ok(`addr add fd00::2/64 --dev eth0 --nodad -n ${two}`);
  await ok(`route add default via 10.244.244.1 metric 7 -n ${two}`);
  await ok(`route add 10.9.0.0/16 dev eth0 table 100 -n ${two}`);
  await ok(`route add 10.8.0.0/16 type blackhole -n ${two}`);
  expect(ip(one, "addr show web0")[0]?.["addr_info"]).toMatchObject([
    { local: "10.244.244.1", prefixlen: 24, broadcast: "10.244.244.255" },
    { family: "inet6" },
  ]);
  expect(ip(two, "route show default")).toMatchObject([{ gateway: "10.244.244.1", metric: 7, dev: "eth0" }]);
  expect(ip(two, "route show table 100")).toMatchObject([{ dst: "10.9.0.0/16", dev: "eth0" }]);
  expect(ip(two, "route show type blackhole")).toMatchObject([{ dst: "10.8.0.0/16" }]);

  const links = (await ok(`link ls -n ${two} --format {{.Name}}:{{.Mtu}}`)).trim().split("\n");
  expect(links).toEqual(ip(two, "link show").map(({ ifname, mtu }) => `${String(ifname)}:${String(mtu)}`));
  const addresses = (await ok(`addr ls -q -n ${two}`)).trim().split("\n");
  const infos = ip(two, "addr show").flatMap((link) => link["addr_info"] as { local: string; prefixlen: number }[]);
  expect(addresses).toEqual(infos.map(({ local, prefixlen }) => `${local}/${prefixlen}`));
  expect(await ok(`addr ls eth0 -4 -n ${two}`)).toBe(
    "LINK      FAMILY    ADDRESS           SCOPE     FLAGS\neth0      inet      10.244.244.2/24   global    \n",
  );
  expect((await ok(`route ls -4 -q -n ${two}`)).trim().split("\n")).toEqual(
    ip(two, "route show").map(({ dst }) => dst),
  );
  expect(await ok(`route get 192.0.2.1 --format {{.Via}},{{.Dev}} -n ${two}`)).toBe("10.244.244.1,eth0\n");

  await ok(`addr replace 10.244.244.2/24 dev eth0 valid_lft 3600 preferred_lft 60 -n ${two}`);
  await ok(`route replace default via 10.244.244.254 metric 7 -n ${two}`);
  expect(ip(two, "route show default")).toMatchObject([{ gateway: "10.244.244.254" }]);
  await ok(`route del default -n ${two}`);
  await ok(`addr del 10.244.244.2/24 dev eth0 -n ${two}`);
  expect(ip(two, "route show default")).toEqual([]);
  await ok(`link set dev eth0 down name lan0 alias hello -n ${two}`);
  expect(ip(two, "link show lan0")).toMatchObject([{ ifalias: "hello", operstate: "DOWN" }]);
  await ok(`link set lan0 netns ${one} -n ${two}`);
  expect(await ok(`veth ls -n ${one} --format {{.Name}}-{{.Peer}}`)).toMatch(
    /^(?:lan0-web0\nweb0-lan0|web0-lan0\nlan0-web0)\n$/u,
  );
  await ok(`veth rm web0 -n ${one}`);
  expect(ip(one, "link show type veth")).toEqual([]);
});

kernel("wb net takes a pid and a path for a namespace, and the kernel's name for a peer", async () => {
  const box = execa("unshare", ["--net", "sleep", "1000"]);
  try {
    await waitFor(() => expect(readFileSync(`/proc/${box.pid}/comm`, "utf8")).toBe("sleep\n"));
    await ok(`veth add web0 -n ${one} --peer-netns ${box.pid} --up`);
    expect(await ok(`veth ls -q -n /proc/${box.pid}/ns/net`)).toBe("veth0\n");
    expect(ip(one, "link show web0")).toMatchObject([{ flags: expect.arrayContaining(["LOWER_UP", "UP"]) }]);
    // The kernel finds out about a carrier a moment later.
    await vi.waitFor(
      async () => expect(await ok(`link ls -n ${box.pid} --format {{.Name}}={{.State}}`)).toContain("veth0=up"),
      10_000,
    );
    expect(await ok(`veth ls -n ${one} --format {{.Peer}}`)).toMatch(/^if\d+\n$/u);
  } finally {
    box.kill("SIGKILL");
    await box.catch(() => undefined);
  }
});

kernel("bridges, and ports of them, are what bridge shows", async () => {
  await ok(`bridge add wb0 --mtu 1400 ageing_time 30 up -n ${one}`);
  expect(ip(one, "link show wb0")).toMatchObject([
    { mtu: 1400, linkinfo: { info_kind: "bridge", info_data: { ageing_time: 3000 } } },
  ]);
  // The bridge takes the smallest MTU of its ports.
  await ok(`veth add web0 --peer web1 --master wb0 -n ${one}`);
  await ok(`bridge port web0 --hairpin isolated on learning off cost 9 -n ${one}`);
  const slave = { info_slave_data: { hairpin: true, isolated: true, learning: false, cost: 9 } };
  expect(ip(one, "link show web0")).toMatchObject([{ master: "wb0", linkinfo: slave }]);
  expect(await ok(`bridge ports wb0 -n ${one}`)).toBe(
    "NAME      BRIDGE    STATE      HAIRPIN   ISOLATED   LEARNING\nweb0      wb0       disabled   on        on         off\n",
  );
  expect(await ok(`bridge ls -n ${one} --format {{.Name}}:{{.Ports}}`)).toBe("wb0:web0\n");
  await ok(`bridge port web1 master wb0 -n ${one}`);
  await ok(`bridge port web0 nomaster -n ${one}`);
  expect(ip(one, "link show master wb0")).toMatchObject([{ ifname: "web1" }]);
  expect(await net(`bridge port web0 hairpin on -n ${one}`)).toMatchObject({ status: 1 });
  // Both or none: the kernel refuses the second.
  expect(await net(`bridge port web0 master nobridge hairpin on -n ${one}`)).toMatchObject({ status: 1 });
  expect(await net(`bridge rm web1 -n ${one}`)).toMatchObject({
    stderr: expect.stringContaining("web1 is no bridge but a veth"),
    status: 1,
  });
  await ok(`bridge set wb0 stp on down -n ${one}`);
  expect(ip(one, "link show wb0")).toMatchObject([{ linkinfo: { info_data: { stp_state: 1 } }, operstate: "DOWN" }]);
  await ok(`bridge rm wb0 -n ${one}`);
  expect(ip(one, "link show type bridge")).toEqual([]);
});

kernel("what wb net publishes is what nft lists, and the other way round", async () => {
  await ok(
    `publish add 8080:10.244.244.2:80 127.0.0.1:53:10.244.244.2:53/udp [::]:80:[fd00::2]:80 7000-7001:10.0.0.2:70-71 -n ${one}`,
  );
  const list = (map: string) => inside(one, "nft", "list", "map", "inet", "wb", map);
  expect(list("everywhere4")).toContain("tcp . 8080 : 10.244.244.2 . 80");
  expect(list("published4")).toContain("127.0.0.1 . udp . 53 : 10.244.244.2 . 53");
  expect(list("everywhere6")).toContain("tcp . 80 : fd00::2 . 80");
  expect(await ok(`publish ls -n ${one}`)).toBe(
    `ADDRESS     PORT      PROTOCOL   TO
127.0.0.1   53        udp        10.244.244.2:53
0.0.0.0     7000      tcp        10.0.0.2:70
0.0.0.0     7001      tcp        10.0.0.2:71
0.0.0.0     8080      tcp        10.244.244.2:80
::          80        tcp        [fd00::2]:80
`,
  );
  // One of two is taken: none of them.
  expect(await net(`publish add 9000:10.0.0.2:90 8080:10.0.0.3:80 -n ${one}`)).toMatchObject({
    stderr: expect.stringContaining("0.0.0.0:8080/tcp is published: it leads to 10.244.244.2:80\nhint: "),
    status: 2,
  });
  inside(one, "nft", "flush", "table", "inet", "wb");
  inside(one, "nft", "add", "element", "inet", "wb", "everywhere4", "{ udp . 9 : 10.0.0.9 . 9 }");
  await ok(`publish add 9001:10.0.0.2:91 -n ${one}`);
  expect(inside(one, "nft", "list", "table", "inet", "wb")).toContain("dnat ip to");
  expect(await ok(`publish ls -q -n ${one}`)).toContain("0.0.0.0:9:10.0.0.9:9/udp\n");
  expect(await net(`publish rm 7000-7001 10.0.0.1:80 9/udp 8080:10.0.0.3:80 -n ${one}`)).toMatchObject({
    stderr: expect.stringMatching(
      /^wb: 10\.0\.0\.1:80 is not published\n[^]*\nwb: 8080:10\.0\.0\.3:80 is not published\n/u,
    ),
    status: 1,
  });
  expect((await ok(`publish ls -q -n ${one}`)).split("\n")).toHaveLength(5);
  for (const line of (await ok(`publish ls -q -n ${one}`)).trim().split("\n")) await ok(`publish rm ${line} -n ${one}`);
  expect(await ok(`publish ls -q -n ${one}`)).toBe("");
});

requires(
  "root",
  "command:ip",
  "command:nft",
  "command:busybox",
)("wb net publish reaches what is behind a pair, and refuses a port that a server has", async () => {
  await ok(`veth add web0 --peer eth0 --netns ${one} --peer-netns ${two} --up`);
  await ok(`addr add 10.244.244.1/24 dev web0 -n ${one}`);
  await ok(`addr add 10.244.244.2/24 dev eth0 -n ${two}`);
  await ok(`publish add 8080:10.244.244.2:80 -n ${one}`);
  const serve = (name: string, port: number) =>
    execa("ip", ["netns", "exec", name, "busybox", "nc", "-l", "-p", `${port}`, "-e", "echo", "hello"], {
      reject: false,
    });
  const servers = [serve(two, 80), serve(one, 9090)];
  try {
    await waitFor(() => {
      for (const [name, port] of [
        [two, "80"],
        [one, "9090"],
      ] as const)
        expect(inside(name, "busybox", "netstat", "-ltn")).toContain(`:${port} `);
    });
    expect(inside(one, "busybox", "nc", "-w", "5", "10.244.244.1", "8080")).toBe("hello\n");
    const { stderr, status } = await net(`publish add 9090:10.244.244.2:80 -n ${one}`);
    expect([stderr, status]).toEqual([
      expect.stringMatching(/^wb: port 9090\/tcp is in use: (nc|busybox) \(\d+\) has \[::\]:9090\n/u),
      1,
    ]);
  } finally {
    for (const server of servers) server.kill("SIGKILL");
    await Promise.all(servers);
  }
});

kernel("wb net netns is ip netns", async () => {
  const name = `${one}-new`;
  await ok(`netns add ${name}`);
  try {
    expect(execFileSync("ip", ["netns", "list"], { encoding: "utf8" })).toContain(name);
    expect((await ok("netns ls -q")).split("\n")).toEqual(expect.arrayContaining([one, two, name]));
    const sleeper = execa("ip", ["netns", "exec", name, "sleep", "1000"]);
    try {
      await waitFor(() => expect(readFileSync(`/proc/${sleeper.pid}/comm`, "utf8")).toBe("sleep\n"));
      expect(await ok(`netns pids ${name}`)).toBe(execFileSync("ip", ["netns", "pids", name], { encoding: "utf8" }));
      expect(await ok(`netns identify ${sleeper.pid}`)).toBe(`${name}\n`);
      await ok(`netns attach ${name}-too ${sleeper.pid}`);
      try {
        const pids = execFileSync("ip", ["netns", "pids", `${name}-too`], { encoding: "utf8" });
        expect(pids).toBe(`${sleeper.pid}\n`);
        expect(await ok(`netns identify ${sleeper.pid}`)).toBe(`${name}\n${name}-too\n`);
      } finally {
        await ok(`netns rm ${name}-too`);
      }
    } finally {
      sleeper.kill("SIGKILL");
      await sleeper.catch(() => undefined);
    }
    expect(await net(`netns add ${name}`)).toMatchObject({ status: 2 });
  } finally {
    await ok(`netns del ${name}`);
  }
  expect(await net(`netns rm ${name}`)).toMatchObject({
    stderr: `wb: there is no network namespace /run/netns/${name}\nhint: wb net netns ls\n`,
    status: 1,
  });
});

kernel("wb net netns exec runs a command as ip netns exec does", async () => {
  const etc = `/etc/netns/${one}`;
  const had = existsSync("/etc/netns");
  mkdirSync(etc, { recursive: true });
  try {
    writeFileSync(join(etc, "hosts"), "10.0.0.1 by-hand\n");
    const script =
      "cat /etc/hosts; ls /sys/class/net; findmnt -no SOURCE,FSTYPE,OPTIONS /sys; readlink /proc/self/ns/net";
    const ours = await wb(["net", "netns", "exec", one, "sh", "-c", script]);
    expect(ours).toEqual({ stdout: inside(one, "sh", "-c", script), stderr: "", status: 0 });
    expect(ours.stdout).toMatch(/^10\.0\.0\.1 by-hand\nlo\n/u);
    writeFileSync(join(etc, "no-such-file"), "");
    const warned = await wb(["net", "netns", "exec", one, "sh", "-c", "exit 7"]);
    expect([warned.status, warned.stderr]).toEqual([7, expect.stringContaining("there is no such file")]);
  } finally {
    rmSync(had ? etc : "/etc/netns", { recursive: true });
  }
  expect(await net(`netns exec ${one} no-such-command`)).toMatchObject({ status: 127 });
  expect(await net(`netns exec ${one} /etc/passwd`)).toMatchObject({ status: 126 });
  expect(await net("netns exec no-such true")).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("/run/netns/no-such"),
  });
  expect(await net(`netns exec ../netns/${one} true`)).toMatchObject({ status: 1 });
});

kernel.for([
  ["veth add name-much-too-long", 1, "name-much-too-long"],
  ["veth add a --peer-netns no-such", 1, "/run/netns/no-such"],
  ["veth add a --peer-netns 4194304999", 1, "nor a process 4194304999"],
  ["veth add a --mtu many", 1, '"many" for --mtu'],
  ["veth add a --mtu 1", 2, "mtu"],
  ["veth add a --address 02:42", 1, '"02:42" for --address'],
  ["veth add a --master no-such", 1, "no-such"],
  ["veth add lo", 2, "EEXIST"],
  ["link set no-such up", 2, "ENODEV"],
  ["link set lo --up --down", 1, "--up and --down exclude each other"],
  ["link rm lo", 2, "EOPNOTSUPP"],
  ["addr add 10.0.0.256/24 dev lo", 1, "10.0.0.256/24"],
  ["addr add 10.0.0.1/24", 1, "dev LINK"],
  ["addr add 10.0.0.1/24 dve lo", 1, "did you mean dev?"],
  ["addr add 10.0.0.1/24 dev lo scope galaxy", 1, "galaxy"],
  ["addr del 10.0.0.1/24 dev lo", 2, "EADDRNOTAVAIL"],
  ["addr ls no-such", 1, "no-such"],
  ["route add 10.1.0.0/16 via 10.2.0.1", 2, "ENETUNREACH"],
  ["route add 10.1.0.0/16 via fd00::1", 1, "another family"],
  ["route add default via gateway", 1, '"gateway" for --via'],
  ["route del 10.1.0.0/16", 2, "ESRCH"],
  ["route get somewhere", 1, '"somewhere" for ADDRESS'],
  ["route ls table other", 1, "other"],
  ["publish add 8080:80", 1, "8080:80"],
  ["publish rm 8080", 1, "8080 is not published"],
] as const)("wb net %s is refused, and leaves nothing", async ([line, status, text]) => {
  const before = ["link show", "addr show", "route show table all"].map((show) => ip(one, show));
  const outcome = await net(`${line} -n ${one}`);
  expect([outcome.status, outcome.stdout]).toEqual([status, ""]);
  expect(outcome.stderr).toMatch(/^wb: [^\n]+\n(?:hint: [^\n]+\n)?$/u);
  expect(outcome.stderr).toContain(text);
  expect(["link show", "addr show", "route show table all"].map((show) => ip(one, show))).toEqual(before);
  expect(inside(one, "nft", "list", "ruleset")).toBe("");
});

requires(
  "root",
  "overlay",
  "mount_setattr",
  "command:busybox",
  "command:nft",
)(
  "the walk by hand of docs/networks.md prints what it says",
  async () => {
    using directory = temporaryDirectory();
    const doc = readFileSync(join(import.meta.dirname, "../../../docs/networks.md"), "utf8");
    const [, script = "", printed] = /## By hand\n.*?```sh\n(.*?)```\n\n```\n(.*?)```/su.exec(doc) ?? [];
    const functions = `wb() { ${wbScript()} "$@"; }; trap 'wb rm -f box >/dev/null 2>&1' EXIT`;
    const env = { WB_ROOT: join(directory.path, "root"), WB_STATE: join(directory.path, "state") };
    const { stdout, stderr } = await execa("unshare", ["--net", "sh", "-ec", `${functions}\n${script}`], {
      env,
      stdin: "ignore",
    });
    expect([`${stdout.replaceAll(/ +$/gmu, "")}\n`, stderr]).toEqual([printed, ""]);
  },
  60_000,
);
