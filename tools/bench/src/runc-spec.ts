import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What `runc spec` writes, for a root and a command, without a terminal. */
export function runcSpec(root: string, args: readonly string[]): object {
  const directory = mkdtempSync(join(tmpdir(), "wb-runc-spec-"));
  try {
    execFileSync("runc", ["spec", "--bundle", directory]);
    const spec = JSON.parse(readFileSync(join(directory, "config.json"), "utf8")) as {
      readonly process: object;
      readonly root: object;
    };
    return {
      ...spec,
      process: { ...spec.process, terminal: false, args },
      root: { ...spec.root, path: root },
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
