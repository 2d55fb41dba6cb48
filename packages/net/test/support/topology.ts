import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { makeRunNetns } from "./run-netns.ts";

makeRunNetns();

/** A network namespace that `ip netns` made, until the end of the block. */
export class TestNetns implements AsyncDisposable {
  static #count = 0;
  readonly name: string;
  readonly #servers: ReturnType<typeof spawn>[] = [];

  constructor(what: string) {
    this.name = `wb-test-${process.pid}-${(TestNetns.#count += 1)}-${what}`;
    execFileSync("ip", ["netns", "add", this.name]);
    this.ip("link set lo up");
  }

  /** Commands of ip(8), each of a line. */
  ip(...commands: readonly string[]): void {
    for (const command of commands) execFileSync("ip", ["-n", this.name, ...command.split(" ")]);
  }

  /** The output of a command in it. */
  run(...words: readonly string[]): string {
    return execFileSync("ip", ["netns", "exec", this.name, ...words], { encoding: "utf8" });
  }

  /** Answers on TCP and UDP. */
  async serve(address: string, port: number): Promise<void> {
    const words = ["netns", "exec", this.name, process.execPath, ECHO, "serve", address, String(port)];
    const server = spawn("ip", words, { stdio: ["ignore", "pipe", "inherit"] });
    this.#servers.push(server);
    const ready = once(server.stdout, "data");
    const failed = once(server, "exit").then(() => Promise.reject(new Error(`no server at ${address}:${port}`)));
    failed.catch(() => {});
    await Promise.race([ready, failed]);
  }

  /** What a server answers: the address that it saw, and the word; or how there is no answer. */
  ask(address: string, port: number, what: "tcp" | "udp" = "tcp"): Promise<string> {
    const words = ["netns", "exec", this.name, process.execPath, ECHO, "ask", address, String(port), what];
    const client = spawn("ip", words, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    client.stdout.on("data", (data: Buffer) => (text += data.toString()));
    return once(client, "close").then(() => text.trim());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers) {
      server.kill("SIGKILL");
      await once(server, "exit");
    }
    execFileSync("ip", ["netns", "del", this.name]);
  }
}

const ECHO = join(import.meta.dirname, "echo.mjs");
