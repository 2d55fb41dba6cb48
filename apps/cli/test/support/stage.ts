import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { busyboxRoot, temporaryDirectory } from "@wb/testing";
import { execa } from "execa";
import { vi } from "vitest";
import { type Outcome, wb } from "./wb.ts";

/** The machine of a test: the network namespace that the test is in, a store of its own, and a root with a web server. */
export class Stage implements AsyncDisposable {
  readonly #directory = temporaryDirectory("wb-networks-");
  readonly #root = busyboxRoot();
  readonly #processes: ReturnType<typeof spawn>[] = [];
  readonly env: { readonly WB_ROOT: string; readonly WB_STATE: string };

  constructor() {
    this.env = { WB_ROOT: join(this.#directory.path, "root"), WB_STATE: join(this.#directory.path, "state") };
  }

  get root(): string {
    return this.#root.path;
  }

  get directory(): string {
    return this.#directory.path;
  }

  /** Runs wb to its end. */
  wb(...args: readonly string[]): Promise<Outcome> {
    return wb(args, { env: this.env });
  }

  /** What wb prints; fails with what it says when it does not succeed. */
  async say(...args: readonly string[]): Promise<string> {
    const { stdout, stderr, status } = await this.wb(...args);
    if (status !== 0) throw new Error(`wb ${args.join(" ")}: exit status ${status}: ${stdout}${stderr}`);
    return stdout.trim();
  }

  /** A container that answers with its name: to HTTP at port 80, and to UDP there with what it was sent. */
  async serve(name: string, ...flags: readonly string[]): Promise<TestContainer> {
    const www = join(this.directory, `www-${name}`);
    mkdirSync(www, { recursive: true });
    writeFileSync(join(www, "index.html"), `${name}\n`);
    const words = [
      "-d",
      "--name",
      name,
      "-v",
      `${www}:/www`,
      ...flags,
      "--rootfs",
      `${this.root}:O`,
      "httpd",
      "-f",
      "-p",
      "80",
      "-h",
      "/www",
    ];
    await this.say("run", ...words);
    const pid = Number(await this.say("inspect", "-f", "{{.State.Pid}}", name));
    const echo = ["--net", `--target=${pid}`, process.execPath, join(import.meta.dirname, "udp-echo.mjs")];
    this.#processes.push(spawn("nsenter", echo, { stdio: "ignore" }));
    // The servers are there when their ports are.
    await vi.waitFor(() => {
      const { stdout } = run(["nsenter", "--net", `--target=${pid}`, "ss", "-Hlntu"]);
      if (stdout.split("\n").length < 2) throw new Error("no server listens yet");
    });
    return { name, pid, addresses: addressesIn(pid) };
  }

  /** A machine beside this one, and this one's address on the link between. */
  async neighbour(): Promise<{ readonly pid: number; readonly host: string; readonly host6: string }> {
    const pid = await this.#namespace();
    for (const line of [
      `link add out type veth peer name eth0 netns ${pid}`,
      "addr add 192.0.2.1/24 dev out",
      "addr add 2001:db8::1/64 dev out nodad",
      "link set out up",
    ])
      execFileSync("ip", line.split(" "));
    for (const line of [
      "addr add 192.0.2.2/24 dev eth0",
      "addr add 2001:db8::2/64 dev eth0 nodad",
      "link set eth0 up",
      "link set lo up",
    ])
      execFileSync("nsenter", ["--net", `--target=${pid}`, "ip", ...line.split(" ")]);
    return { pid, host: "192.0.2.1", host6: "2001:db8::1" };
  }

  async #namespace(): Promise<number> {
    const child = spawn("unshare", ["--net", "sleep", "600"], { stdio: "ignore" });
    this.#processes.push(child);
    const own = readlinkSync("/proc/self/ns/net");
    await vi.waitFor(() => {
      if (readlinkSync(`/proc/${child.pid}/ns/net`) === own) throw new Error("it has no namespace of its own yet");
    });
    return child.pid ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ids = (await this.say("ps", "-aq")).split("\n").filter(Boolean);
    if (ids.length > 0) await this.say("rm", "-f", ...ids);
    await this.wb("network", "prune", "-f");
    for (const child of this.#processes) child.kill("SIGKILL");
    for (const link of linkNames().filter((name) => name === "out" || /^wb\d/u.test(name)))
      // It may have gone with the namespace of its other end.
      spawnSync("ip", ["link", "delete", link]);
    execFileSync("nft", ["flush", "ruleset"]);
    rmSync(this.env.WB_STATE, { recursive: true, force: true });
    this.#root[Symbol.dispose]();
    this.#directory[Symbol.dispose]();
  }
}

export interface TestContainer {
  readonly name: string;
  readonly pid: number;
  /** IPv4, then IPv6. */
  readonly addresses: readonly string[];
}

/** What a port answers to who asks: this machine, or a process in another network namespace. */
export async function ask(what: "tcp" | "udp", address: string, port: number, from?: number): Promise<string> {
  const words = [process.execPath, join(import.meta.dirname, "ask.mjs"), what, address, String(port)];
  const [command = "", ...args] = from === undefined ? words : ["nsenter", "--net", `--target=${from}`, ...words];
  return (await execa(command, args)).stdout;
}

/** What may not be left: links, addresses, routes, rules, and what wb knows of its networks' containers. */
export function networkState({ env }: Stage): unknown {
  const { stdout: rules } = run(["nft", "list", "ruleset"]);
  const { stdout: routes } = run(["ip", "route", "show", "table", "all"]);
  // Of IPv6 the kernel makes some when nobody else was found to have them.
  const own = routes
    .split("\n")
    .filter((line) => !line.includes("fe80::"))
    .map((line) => line.replace(" linkdown", ""));
  return { links: linkNames(), routes: own.toSorted(), rules, state: filesIn(env.WB_STATE) };
}

function linkNames(): string[] {
  const links = JSON.parse(run(["ip", "-j", "link"]).stdout) as { readonly ifname: string }[];
  return links.map(({ ifname }) => ifname).toSorted();
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(join(directory, "networks"), { recursive: true, encoding: "utf8" }).toSorted();
  } catch {
    return [];
  }
}

function addressesIn(pid: number): string[] {
  const text = run(["nsenter", "--net", `--target=${pid}`, "ip", "-j", "addr", "show", "scope", "global"]).stdout;
  const links = JSON.parse(text) as { readonly addr_info: { readonly local?: string }[] }[];
  return links.flatMap(({ addr_info }) => addr_info.flatMap(({ local }) => local ?? []));
}

function run([command = "", ...args]: readonly string[]): { readonly stdout: string } {
  return { stdout: execFileSync(command, args, { encoding: "utf8" }) };
}
