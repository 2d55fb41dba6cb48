import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TemporaryDirectory extends Disposable, AsyncDisposable {
  readonly path: string;
}

/**
 * A directory that is removed, with all that is in it, at the end of the block that declares it. It stays within its own
 * file system: what a test left mounted there is not emptied, and the removal fails instead.
 *
 * @example
 * using directory = temporaryDirectory();
 * writeFileSync(join(directory.path, "file"), "text");
 */
export function temporaryDirectory(prefix = "wb-test-"): TemporaryDirectory {
  const path = mkdtempSync(join(tmpdir(), prefix));
  const remove = (): void => rmSync(path, { recursive: true, force: true });
  return { path, [Symbol.dispose]: remove, [Symbol.asyncDispose]: async () => remove() };
}
