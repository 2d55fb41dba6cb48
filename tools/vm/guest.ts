import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";

/** How a guest ended: with its command's exit status, or without one. */
export interface Ending {
  readonly status: number | undefined;
  /** The last lines of its console and of QEMU. */
  readonly console: string;
}

/** The ports of guest/run.sh, on QEMU's file descriptors from 3 on. */
const ports = ["control", "stdout", "stderr"] as const;

/** QEMU's arguments for the console and the ports that runGuest() reads. */
export const portArguments: readonly string[] = [
  ...["-serial", "stdio", "-device", "virtio-serial-pci"],
  ...ports.flatMap((name, index) => [
    ...["-chardev", `socket,id=${name},fd=${3 + index}`],
    ...["-device", `virtserialport,chardev=${name},name=${name}`],
  ]),
];

/** Runs QEMU until the command in the guest has ended and copies what it writes, or until the signal. */
export async function runGuest(argv: readonly string[], signal: AbortSignal): Promise<Ending> {
  const pipes = ["pipe", "pipe", "pipe", "pipe", "pipe"] as const;
  const qemu = spawn("setpriv", ["--pdeathsig", "KILL", "--", ...argv], { stdio: ["ignore", ...pipes] });
  const end = (): unknown => qemu.kill("SIGKILL");
  signal.addEventListener("abort", end);
  const exited = once(qemu, "exit");

  const [, out, err, control, stdout, stderr] = readable(qemu);
  const console = lastLines(out, err);
  const copies = [copy(stdout, process.stdout), copy(stderr, process.stderr)] as const;
  const status = await Promise.race([ended(control, copies), exited.then(() => undefined)]);
  end();
  await exited;
  return { status, console: console() };
}

type Pipes = readonly [null, Readable, Readable, Readable, Readable, Readable];

/** Node types what it makes of "pipe" beyond stderr as perhaps missing. */
function readable({ stdio }: ChildProcess): Pipes {
  return stdio as unknown as Pipes;
}

/** The end of what comes in, as a function. */
function lastLines(...sources: readonly Readable[]): () => string {
  let text = "";
  for (const source of sources)
    source.setEncoding("utf8").on("data", (more: string) => {
      text = (text + more).slice(-CONSOLE_KEPT);
    });
  return () => text.replaceAll("\r", "").trim().split("\n").slice(-CONSOLE_LINES).join("\n");
}

const CONSOLE_LINES = 40;
const CONSOLE_KEPT = 8192;

/** Copies a stream. The result waits until so many bytes have come. */
function copy(source: Readable, sink: Writable): (total: number) => Promise<void> {
  const all = Promise.withResolvers<void>();
  let [seen, wanted] = [0, Number.POSITIVE_INFINITY];
  source.on("data", (chunk: Buffer) => {
    seen += chunk.length;
    if (seen >= wanted) all.resolve();
    if (sink.write(chunk)) return;
    source.pause();
    sink.once("drain", () => source.resume());
  });
  return (total) => {
    wanted = total;
    if (seen >= wanted) all.resolve();
    return all.promise;
  };
}

/** Waits for the line `STATUS STDOUT-BYTES STDERR-BYTES` and for the bytes. */
async function ended(control: Readable, copies: readonly ((total: number) => Promise<void>)[]): Promise<number> {
  let line = "";
  const whole = Promise.withResolvers<void>();
  control.setEncoding("utf8").on("data", (text: string) => {
    line += text;
    if (line.endsWith("\n")) whole.resolve();
  });
  await whole.promise;
  const [status = Number.NaN, ...totals] = line.trim().split(" ").map(Number);
  await Promise.all(totals.map((total, index) => copies[index]?.(total)));
  return status;
}
