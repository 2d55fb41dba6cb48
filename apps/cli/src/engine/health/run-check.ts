import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { SIG } from "@wb/syscall";
import { durationText } from "../../durations.ts";
import { messageOf } from "../../report-error.ts";
import type { ContainerRecord } from "../../runtime/lifecycle/container-record.ts";
import { execInContainer } from "../../runtime/lifecycle/exec-in-container.ts";
import { configOf } from "../../runtime/lifecycle/find-container.ts";
import { containerCapabilities } from "../container-spec.ts";
import type { ContainerInfo } from "../containers/container-info.ts";
import { execProcess } from "../containers/exec-options.ts";
import { seccompFilter } from "../security-options.ts";
import { rfc3339 } from "../words/rfc3339.ts";
import type { CompleteCheck } from "./health-check-of.ts";
import type { HealthResult } from "./health-file.ts";

/** Runs the command of a health check in a container that runs, as `wb exec` does, and kills it when it takes too long. */
export async function runCheck(
  info: ContainerInfo & { readonly record: ContainerRecord },
  check: CompleteCheck,
): Promise<HealthResult> {
  const start = Date.now();
  const outcome = await run(info, check).catch((error: unknown) => ({ ExitCode: -1, Output: messageOf(error) }));
  return { Start: rfc3339(start), End: rfc3339(Date.now()), ...outcome };
}

async function run(
  { id, places, record, config }: ContainerInfo & { readonly record: ContainerRecord },
  { command, timeout }: CompleteCheck,
): Promise<Pick<HealthResult, "ExitCode" | "Output">> {
  const spec = configOf(places.runtime, id);
  const request = {
    args: command,
    tty: false,
    env: [],
    user: undefined,
    workdir: undefined,
    privileged: false,
  } as const;
  const { privileged, security } = config.options;
  const started = await execInContainer({
    record,
    spec,
    process: execProcess(spec.process, request, { record, config }),
    filter: seccompFilter(security, { capabilities: containerCapabilities(config.options), privileged }),
    stdio: ["ignore", "pipe", "pipe"],
    warn: () => undefined,
  });
  const output = new Output();
  const read = Promise.all([started.stdout, started.stderr].map((stream) => output.read(stream)));
  const late = new AbortController();
  const ended = started.wait();
  const isInTime = await Promise.race([
    ended.then(() => true),
    sleep(timeout, false, { signal: late.signal }).catch(() => false),
  ]);
  late.abort();
  if (!isInTime) started.kill(SIG.KILL);
  const { code, signal } = await ended;
  // What it has left running may have them open for ever.
  await Promise.race([read, sleep(PATIENCE_MS, undefined, { ref: false })]);
  [started.stdout, started.stderr].forEach((stream) => stream?.destroy());
  const text = output.text();
  if (isInTime) return { ExitCode: code ?? 128 + SIG[signalKey(signal)], Output: text };
  const message = `Health check exceeded timeout (${durationText(timeout)})`;
  return { ExitCode: -1, Output: text === "" ? message : `${message}: ${text}` };
}

const PATIENCE_MS = 100;

function signalKey(signal: NodeJS.Signals | null): keyof typeof SIG {
  return (signal ?? "SIGKILL").slice("SIG".length) as keyof typeof SIG;
}

/** docker's: 4096 bytes of both streams, and three dots for the rest. */
class Output {
  readonly #chunks: Buffer[] = [];
  #size = 0;

  async read(stream: Readable | null): Promise<void> {
    try {
      for await (const chunk of stream ?? []) {
        const bytes = Buffer.from(chunk as Uint8Array);
        this.#chunks.push(bytes.subarray(0, Math.max(0, MOST_BYTES - this.#size)));
        this.#size += bytes.length;
      }
    } catch {
      // Nobody waits for the end any more.
    }
  }

  text(): string {
    return `${Buffer.concat(this.#chunks).toString()}${this.#size > MOST_BYTES ? "..." : ""}`;
  }
}

const MOST_BYTES = 4096;
