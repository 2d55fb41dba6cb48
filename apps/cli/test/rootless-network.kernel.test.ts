import { execFileSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { busyboxRoot, leavesHostUnchanged, requires, type TemporaryDirectory, waitFor } from "@wb/testing";
import { afterEach, beforeEach, describe, expect } from "vitest";
import { NOBODY, rootlessBench, type RootlessBench } from "./support/rootless.ts";

let root: TemporaryDirectory;
let bench: RootlessBench;
let host: Server;

/** This machine's, as far as the test goes: its network namespace is its own. */
const ADDRESS = "198.51.100.2";

leavesHostUnchanged();
beforeEach(async () => {
  root = busyboxRoot();
  execFileSync("chown", ["-R", `${NOBODY}:${NOBODY}`, root.path]);
  bench = rootlessBench({ subids: true, machine: true });
  execFileSync("sh", ["-ec", WAY_OUT]);
  host = createServer((_request, response) => response.end("from the host\n"));
  host.listen(7000, ADDRESS);
  await once(host, "listening");
});
afterEach(async () => {
  const ids = (await bench.call(["ps", "-aq", "--no-trunc"])).stdout.split("\n").filter(Boolean);
  if (ids.length > 0) await bench.call(["rm", "-f", ...ids]);
  host.closeAllConnections();
  host.close();
  execFileSync("ip", ["link", "delete", "ext0"]);
  await waitFor(() => expect(helpers()).toEqual([]));
  expect(existsSync(join(bench.path, "run/wb/networks"))).toBe(false);
  bench[Symbol.dispose]();
  root[Symbol.dispose]();
});

const WAY_OUT = `ip link add ext0 type veth peer name ext1; ip link set ext1 up
ip addr add ${ADDRESS}/24 dev ext0; ip link set ext0 up; ip route add default via 198.51.100.1`;

const words = ["root", "userns", "kernel>=5.11", "command:busybox", "command:ip", "command:newuidmap"] as const;
const PROGRAMS = ["pasta", "slirp4netns"] as const;
const both = requires(...words, "command:pasta", "command:slirp4netns");

const SERVE = "mkdir -p /tmp/www; echo inside >/tmp/www/index.html; exec httpd -f -p 80 -h /tmp/www";

async function run(...args: readonly string[]) {
  return bench.call(["run", "--rm", "--rootfs", root.path, ...args]);
}

async function detached(...args: readonly string[]) {
  return bench.call(["run", "-d", "--name", "web", "--rootfs", root.path, ...args, "sh", "-c", SERVE]);
}

/** The programs that run on this machine, which is the network namespace of the test, by their ids and command lines. */
function helpers(): string[] {
  const own = networkOf("thread-self");
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => [pid, lineOf(pid)] as const)
    .filter(([pid, line]) => /^(?:pasta|slirp4netns)\0/.test(line) && stateOf(pid) !== "Z" && networkOf(pid) === own)
    .map(([pid, line]) => `${pid} ${line}`);
}

function networkOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return "";
  }
}

function lineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch {
    return "";
  }
}

function stateOf(pid: string): string {
  try {
    return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, "latin1"))?.[1] ?? "";
  } catch {
    return "Z";
  }
}

async function pidOfWeb(): Promise<string> {
  return (await bench.call(["inspect", "-f", "{{.State.Pid}}", "web"])).stdout.trim();
}

const UDP_ECHO = `const socket = require("node:dgram").createSocket("udp4");
socket.on("message", (bytes, { port, address }) => socket.send(bytes, port, address)).bind(53)`;

/** What `$PATH` has without programs for networks. */
function withoutPrograms(): Readonly<Record<string, string>> {
  const directory = join(root.path, "only");
  mkdirSync(directory);
  for (const name of ["newuidmap", "newgidmap"]) symlinkSync(`/usr/bin/${name}`, join(directory, name));
  return { WB_TEST_PATH: directory };
}

async function fetched(url: string): Promise<string> {
  const response = await fetch(url, { headers: { connection: "close" } });
  return response.text();
}

describe.each(PROGRAMS)("wb run --net %s", (program) => {
  both("reaches a server of this machine, but not its loopback", async () => {
    const script = `wget -qO- http://${ADDRESS}:7000/; ip -4 -o addr show eth0; cat /etc/hosts; exec 2>/dev/null; timeout 1 wget -qO- http://10.0.2.2:7000/ || echo no`;
    const { stdout, stderr, status } = await run(
      "--net",
      program,
      "--add-host",
      "host:host-gateway",
      "sh",
      "-c",
      script,
    );
    expect([stderr, status]).toEqual(["", 0]);
    expect(stdout).toMatch(/^from the host\n.*inet 10\.0\.2\.100\/24 /s);
    expect(stdout).toMatch(new RegExp(`^${ADDRESS}\thost$`, "m"));
    expect(stdout).toMatch(/no\n$/);
  });

  both("publishes ports, also when it is started again, until it ends", async () => {
    const started = await detached("--net", program, "-p", "8080:80", "-p", "127.0.0.1:8081:80");
    expect(started).toMatchObject({ stderr: "", status: 0 });
    for (const url of ["http://127.0.0.1:8080/", `http://${ADDRESS}:8080/`, "http://127.0.0.1:8081/"])
      await waitFor(async () => expect(await fetched(url)).toBe("inside\n"));
    await expect(fetched(`http://${ADDRESS}:8081/`)).rejects.toThrow("fetch failed");
    expect((await bench.call(["port", "web"])).stdout).toContain("80/tcp -> 0.0.0.0:8080");
    expect(await bench.call(["restart", "-t", "0", "web"])).toMatchObject({ stderr: "", status: 0 });
    await waitFor(async () => expect(await fetched("http://127.0.0.1:8080/")).toBe("inside\n"));
    expect(await bench.call(["stop", "-t", "0", "web"])).toMatchObject({ stderr: "", status: 0 });
    expect(helpers()).toEqual([]);
    await expect(fetched("http://127.0.0.1:8080/")).rejects.toThrow("fetch failed");
  });

  both("publishes ports of udp", async () => {
    await bench.call([
      "run",
      "-d",
      "--name",
      "web",
      "--rootfs",
      root.path,
      "--net",
      program,
      "-p",
      "5353:53/udp",
      "sleep",
      "60",
    ]);
    const server = spawn("nsenter", ["-t", await pidOfWeb(), "-n", process.execPath, "-e", UDP_ECHO], {
      stdio: "ignore",
    });
    const client = createSocket("udp4");
    // By 127.0.0.1 neither the pasta of 2023 nor slirp4netns brings back an answer.
    const asking = setInterval(() => client.send("ping", 5353, ADDRESS), 50);
    try {
      const [bytes] = (await once(client, "message", { signal: AbortSignal.timeout(20_000) })) as [Buffer];
      expect(bytes.toString()).toBe("ping");
    } finally {
      clearInterval(asking);
      server.kill("SIGKILL");
      client.close();
    }
  });

  both("ends with the container whoever was killed, and the next command forgets it", async () => {
    await detached("--net", program, "-p", "8080:80");
    const pid = await pidOfWeb();
    expect(helpers()).toHaveLength(1);
    process.kill(Number(pid), "SIGKILL");
    await waitFor(() => expect(helpers()).toEqual([]));
    expect(await bench.call(["start", "web"])).toMatchObject({ stderr: "", status: 0 });
    for (const helper of helpers()) process.kill(Number.parseInt(helper, 10), "SIGKILL");
    expect(await bench.call(["restart", "-t", "0", "web"])).toMatchObject({ stderr: "", status: 0 });
    await waitFor(async () => expect(await fetched("http://127.0.0.1:8080/")).toBe("inside\n"));
  });

  both("refuses ports that another container or process has, by docker's words, and leaves nothing", async () => {
    await detached("--net", program, "-p", "8080:80");
    const second = await run("--net", program, "-p", "8080:80", "true");
    expect(second).toMatchObject({
      status: 125,
      stderr: expect.stringMatching(
        /Bind for 0\.0\.0\.0:8080 failed: port is already allocated\nhint: the container \w{12} has it/,
      ),
    });
    const taken = await run("--net", program, "-p", `${ADDRESS}:7000:80`, "true");
    expect(taken).toMatchObject({
      status: 125,
      stderr: expect.stringContaining(`listen tcp4 ${ADDRESS}:7000: bind: address already in use`),
    });
    const low = await run("--net", program, "-p", "79:80", "true");
    expect(low).toMatchObject({ status: 125, stderr: expect.stringContaining("permission denied") });
    expect(helpers()).toHaveLength(1);
  });

  both("says which program is missing", async () => {
    const { stderr, status } = await bench.call(
      ["run", "--rm", "--net", program, "--rootfs", root.path, "true"],
      withoutPrograms(),
    );
    const debian = program === "pasta" ? "passt" : program;
    expect([status, stderr]).toEqual([125, expect.stringContaining(`${program} was not found in $PATH`)]);
    expect(stderr).toContain(`hint: apt-get install ${debian}`);
  });

  both("says in the words of the program that this machine has no way out", async () => {
    execFileSync("ip", ["route", "delete", "default"]);
    const { stderr, status } = await run("--net", program, "true");
    if (program === "slirp4netns") expect([stderr, status]).toEqual(["", 0]);
    else if (status !== 0) expect([status, stderr]).toEqual([125, expect.stringMatching(/pasta: .*interface/)]);
  });
});

describe("the default network of an ordinary user", () => {
  both("is pasta's", async () => {
    const { stdout, stderr, status } = await run("wget", "-qO-", `http://${ADDRESS}:7000/`);
    expect([stdout, stderr, status]).toEqual(["from the host\n", "", 0]);
  });

  both("is refused with a port that is root's, for nobody would be served", async () => {
    const { stderr, status } = await run("-p", "80:80", "/bin/true");
    expect([status, stderr]).toEqual([125, expect.stringContaining("listen tcp4 0.0.0.0:80: bind: permission denied")]);
    expect(stderr).toContain("hint: ports below 1024 are root's: sysctl net.ipv4.ip_unprivileged_port_start");
  });

  both("is none without a program, which is said, unless ports are asked for", async () => {
    const env = withoutPrograms();
    const none = await bench.call(["run", "--rm", "--rootfs", root.path, "/bin/true"], env);
    expect([none.status, none.stderr]).toEqual([
      0,
      expect.stringMatching(
        /^wb: the container has no network: pasta was not found in \$PATH \(apt-get install passt; --net none asks for none\)\n$/,
      ),
    ]);
    const asked = await bench.call(["run", "--rm", "-p", "8080:80", "--rootfs", root.path, "/bin/true"], env);
    expect([asked.status, asked.stderr]).toEqual([125, expect.stringContaining("pasta was not found")]);
  });
});

both("wb run --net pasta refuses what it cannot do", async () => {
  const sctp = await run("--net", "pasta", "-p", "8080:80/sctp", "true");
  expect([sctp.status, sctp.stderr]).toEqual([125, expect.stringContaining("pasta publishes no port of sctp: 8080")]);
  const address = await run("--net", "pasta", "--ip", "10.0.2.7", "true");
  expect([address.status, address.stderr]).toEqual([125, expect.stringContaining("user defined networks only")]);
});
