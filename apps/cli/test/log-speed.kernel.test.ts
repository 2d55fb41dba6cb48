import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, createReadStream, openSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { busyboxRoot, leavesHostUnchanged, requires, temporaryDirectory, waitFor } from "@wb/testing";
import { afterEach, beforeEach, expect } from "vitest";
import { wb, wbScript } from "./support/wb.ts";

/** A gigabyte with WB_TEST_WHOLE_LOG=1. */
const IS_WHOLE = process.env["WB_TEST_WHOLE_LOG"] === "1";
const TIMES = IS_WHOLE ? 68 : 4;

/** `--log-opt max-size`, in MB. */
const MEGABYTES = IS_WHOLE ? 20 : 10;
const SIZE = MEGABYTES * 1_000_000;

/** A record of the supervisor, by which a file may be longer. */
const MOST_READ = 65_536 + 24;

let place: ReturnType<typeof temporaryDirectory>;
let root: ReturnType<typeof busyboxRoot>;

beforeEach(() => {
  place = temporaryDirectory("wb-log-speed-");
  root = busyboxRoot();
});
afterEach(async () => {
  await wb(["rm", "-f", "fast"], { env: environment() });
  root[Symbol.dispose]();
  place[Symbol.dispose]();
});
leavesHostUnchanged();

const environment = () => ({ WB_ROOT: join(place.path, "data"), WB_STATE: join(place.path, "run") });

const kernel = requires("root", "command:busybox");

/** Lines with numbers, 15 MB of them. */
const PART = Buffer.from(Array.from({ length: 1_000_000 }, (_, n) => `line ${String(n).padStart(9, "0")}\n`).join(""));
const SHORT_LINES = Array.from({ length: 100_000 }, (_, n) => `${n + 1}\n`).join("");

/** Starts a container that writes the part again and again as fast as it can, in 64 KiB, and short lines to stderr: once it may. */
async function prepare(files: number): Promise<void> {
  writeFileSync(join(root.path, "part"), PART);
  const copies = `for n in $(seq 1 ${TIMES}); do dd if=/part bs=64k 2>/dev/null; done`;
  const script = `echo ready; until [ -e /tmp/go ]; do sleep 0.01; done; (seq 1 100000 >&2) & ${copies}; wait`;
  const options = ["--name", "fast", "--log-opt", `max-size=${MEGABYTES}m`, "--log-opt", `max-file=${files}`];
  const made = await wb(
    ["run", "-d", ...options, "--rootfs", root.path, "-v", `${join(place.path)}:/tmp`, "sh", "-c", script],
    {
      env: environment(),
    },
  );
  expect(made).toMatchObject({ status: 0, stderr: "" });
}

function openFile(path: string): { readonly fd: number } & Disposable {
  const fd = openSync(path, "w");
  return { fd, [Symbol.dispose]: () => closeSync(fd) };
}

interface Digest {
  readonly text: string;
  readonly bytes: number;
}

async function digest(stream: Readable): Promise<Digest> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { text: hash.digest("hex"), bytes };
}

/** Of `ready`, and of what was written after it. */
function expectedDigest(): Digest {
  const hash = createHash("sha256").update("ready\n");
  for (let n = 0; n < TIMES; n += 1) hash.update(PART);
  return { text: hash.digest("hex"), bytes: 6 + TIMES * PART.length };
}

kernel("wb logs -f gives each byte of a container that writes as fast as it can, across rotations", async () => {
  // So many files that nothing is rotated away: how fast a follower is, is the machine's affair.
  await prepare(100);
  const out = join(place.path, "out");
  using written = openFile(out);
  const follower = spawn(wbScript(), ["logs", "-f", "fast"], {
    env: { ...process.env, ...environment() },
    stdio: ["ignore", written.fd, "pipe"],
  });
  const stderr = text(follower.stderr!);
  await waitFor(() => expect(statSync(out).size).toBe(6));
  writeFileSync(join(place.path, "go"), "");
  expect((await stderr) === SHORT_LINES).toBe(true);
  expect(await digest(createReadStream(out))).toEqual(expectedDigest());
  const sizes = logSizes();
  expect(sizes.length).toBeGreaterThan((TIMES * PART.length) / (SIZE + MOST_READ));
  for (const size of sizes.slice(1)) {
    expect(size).toBeGreaterThanOrEqual(SIZE);
    expect(size).toBeLessThanOrEqual(SIZE + MOST_READ);
  }
});

kernel("a log keeps its last files, and of them each byte", async () => {
  await prepare(3);
  writeFileSync(join(place.path, "go"), "");
  await wb(["wait", "fast"], { env: environment() });
  const sizes = logSizes();
  expect(sizes).toHaveLength(3);
  const { stdout } = await wb(["logs", "fast"], { env: environment() });
  expect(stdout.length).toBeGreaterThan(2 * SIZE - SHORT_LINES.length);
  const whole = Buffer.concat([PART, PART]).toString("latin1");
  const lines = stdout.slice(stdout.indexOf("\n") + 1);
  const isSuffix = Array.from({ length: Math.ceil(lines.length / PART.length) }, (_, n) => {
    const end = lines.length - n * PART.length;
    return lines.slice(Math.max(0, end - PART.length), end);
  }).every((part) => whole.endsWith(part));
  expect(isSuffix).toBe(true);
});

/** The newest first. */
function logSizes(): number[] {
  const containers = join(place.path, "data/containers");
  const [id = ""] = readdirSync(containers);
  const names = readdirSync(join(containers, id)).filter((name) => /^log(\.\d+)?$/.test(name));
  const number = (name: string): number => Number(name.slice("log.".length) || 0);
  return names
    .toSorted((one, other) => number(one) - number(other))
    .map((name) => statSync(join(containers, id, name)).size);
}
