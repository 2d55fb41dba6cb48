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
  "-serial stdio -device virtio-serial-pci",
  ...ports.map(
    (name, index) => `-chardev socket,id=${name},fd=${3 + index} -device virtserialport,chardev=${name},name=${name}`,
  ),
].flatMap((words) => words.split(" "));

/** Runs QEMU until the command in the guest has ended, copying what it writes, or until the signal. */
export async function runGuest(argv: readonly string[], signal: AbortSignal): Promise<Ending> {
  const pipes = ["pipe", "pipe", "pipe", "pipe", "pipe"] as const;
  const qemu = spawn("setpriv", ["--pdeathsig", "KILL", "--", ...argv], { stdio: ["ignore", ...pipes] });
  const exited = once(qemu, "exit");
  const [, out, err, control, stdout, stderr] = readable(qemu);
  const console = lastLines(out, err);
  const command = ended(control, copy(stdout, process.stdout), copy(stderr, process.stderr));

  const withoutStatus = Promise.race([once(qemu, "close"), aborted(signal)]).then(() => undefined);
  const status = await Promise.race([command, withoutStatus]);
  qemu.kill("SIGKILL");
  await exited;
  for (const pipe of [out, err, control, stdout, stderr]) pipe.destroy();
  return { status, console: console() };
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
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
type Copy = (total: number) => Promise<void>;

function copy(source: Readable, sink: Writable): Copy {
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
async function ended(control: Readable, stdout: Copy, stderr: Copy): Promise<number> {
  let line = "";
  const whole = Promise.withResolvers<void>();
  control.setEncoding("utf8").on("data", (text: string) => {
    line += text;
    if (line.endsWith("\n")) whole.resolve();
  });
  await whole.promise;
  const [status = Number.NaN, out = 0, err = 0] = line.trim().split(" ").map(Number);
  await Promise.all([stdout(out), stderr(err)]);
  return status;
}
