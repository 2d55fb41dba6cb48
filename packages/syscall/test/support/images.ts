import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";
import type { Architecture } from "../../src/architecture.ts";
import { image } from "../../src/image.ts";
import type { Program } from "../../src/index.ts";
import type { Packed } from "../../src/pack.ts";
import { type Captured, capture } from "./children.ts";

/** How an image ended, and what it wrote to its stdout. */
export interface Executed {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
}

/** Writes the image of a packed Program to a file and executes it; that of another architecture through QEMU. */
export function execute(packed: Packed, architecture: Architecture): Executed {
  using directory = temporaryDirectory();
  const [file, output] = [join(directory.path, "image"), join(directory.path, "output")];
  writeFileSync(file, image(packed, architecture), { mode: 0o755 });
  const out = openSync(output, "w");
  const command = [...emulator(architecture), file];
  const { status, signal, error } = spawnSync(command[0] ?? file, command.slice(1), {
    stdio: ["ignore", out, "inherit"],
    env: {},
  });
  closeSync(out);
  if (error) throw error;
  return { status, signal, stdout: readFileSync(output) };
}

/** The same as a command of {@link capture}: after Steps in the process that executes it. Its stdout has a character for each byte. */
export async function executeAfter(setup: Program, packed: Packed, architecture: Architecture): Promise<Captured> {
  using directory = temporaryDirectory();
  const file = join(directory.path, "image");
  writeFileSync(file, image(packed, architecture), { mode: 0o755 });
  return await capture(setup, [...emulator(architecture), file], { encoding: "latin1" });
}

/** What runs an executable of an architecture: nothing for this machine's own. */
function emulator(architecture: Architecture): readonly string[] {
  if (architecture === process.arch) return [];
  return [architecture === "arm64" ? "/usr/bin/qemu-aarch64-static" : "/usr/bin/qemu-x86_64-static"];
}
