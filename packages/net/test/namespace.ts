import { execFileSync, spawn } from "node:child_process";
import { readlinkSync } from "node:fs";
import { onTestFinished, vi } from "vitest";

/** A network namespace of the test's own, which a sleeping process keeps; it ends with the test. */
export interface TestNetns {
  readonly pid: number;
  /** What `ip -j -d ARGS` prints there. */
  readonly ip: (...args: readonly string[]) => Record<string, unknown>[];
  /** What a command prints there. */
  readonly run: (...argv: readonly string[]) => string;
}

export async function testNetns(): Promise<TestNetns> {
  const child = spawn("unshare", ["--net", "sleep", "300"], { stdio: "ignore" });
  const { pid } = child;
  if (pid === undefined) throw new Error("unshare was not started");
  const gone = new Promise((resolve) => {
    child.once("exit", resolve);
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await gone;
  });
  const own = readlinkSync("/proc/self/ns/net");
  await vi.waitUntil(
    () => readlinkSync(`/proc/${pid}/ns/net`) !== own && readlinkSync(`/proc/${pid}/exe`).endsWith("sleep"),
    {
      timeout: 10_000,
      interval: 5,
    },
  );
  const run = (...argv: readonly string[]): string =>
    execFileSync("nsenter", ["--net", `--target=${pid}`, ...argv], { encoding: "utf8" });
  return {
    pid,
    run,
    ip: (...args) => {
      const text = run("ip", "-j", "-d", ...args);
      return text.trim() === "" ? [] : (JSON.parse(text) as Record<string, unknown>[]);
    },
  };
}

/** The error that a call throws. */
export function errorOf(act: () => unknown): Error & { readonly code?: unknown } {
  try {
    act();
  } catch (error) {
    return error as Error & { readonly code?: unknown };
  }
  throw new Error("nothing was thrown");
}
