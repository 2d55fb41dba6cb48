import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { busyboxRoot, temporaryDirectory } from "@wb/testing";
import { expect } from "vitest";
import { type Outcome, wb, wbScript } from "../../support/wb.ts";

export interface Scene extends Disposable {
  readonly path: string;
  readonly env: { readonly WB_ROOT: string; readonly WB_STATE: string };
  readonly call: (...args: readonly string[]) => Promise<Outcome>;
  /** What it prints, without the last line's end. */
  readonly say: (...args: readonly string[]) => Promise<string>;
  /** Builds an image of a Dockerfile and files. */
  readonly build: (name: string, dockerfile: string, files?: Readonly<Record<string, string>>) => Promise<Outcome>;
}

/**
 * A store of its own with an image base:1, which has busybox.
 *
 * @param changes instructions of a Dockerfile for its configuration
 */
export function scene(...changes: readonly string[]): Scene {
  const directory = temporaryDirectory("wb-image-");
  const { path } = directory;
  const env = { WB_ROOT: join(path, "root"), WB_STATE: join(path, "state") };
  using root = busyboxRoot();
  const input = execFileSync("tar", ["-c", "-C", root.path, "."], { maxBuffer: 2 ** 30 });
  const flags = changes.flatMap((change) => ["-c", change]);
  const imported = spawnSync(wbScript(), ["import", ...flags, "-", "base:1"], {
    input,
    env: { ...process.env, ...env },
  });
  expect(imported.stderr.toString()).toBe("");
  const call: Scene["call"] = (...args) => wb(args, { env, cwd: path });
  return {
    path,
    env,
    call,
    say: async (...args) => {
      const { stdout, stderr, status } = await call(...args);
      if (status !== 0) throw new Error(`wb ${args.join(" ")}: ${status}: ${stdout}${stderr}`);
      return stdout.trimEnd();
    },
    build: async (name, dockerfile, files = {}) => {
      const context = join(path, "context");
      mkdirSync(context, { recursive: true });
      for (const [file, content] of Object.entries({ ...files, Dockerfile: dockerfile })) {
        mkdirSync(join(context, file, ".."), { recursive: true });
        writeFileSync(join(context, file), content);
      }
      return call("build", "--network", "none", "-t", name, context);
    },
    [Symbol.dispose]: () => directory[Symbol.dispose](),
  };
}
