import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ContainerDirectory } from "../../runtime/lifecycle/container-directory.ts";
import type { ContainerRecord } from "../../runtime/lifecycle/container-record.ts";

/** Writes again what the OCI runtime knows of a container that runs, where its directory was removed or damaged. */
export function restoreRecord(root: string, record: ContainerRecord): void {
  mkdirSync(join(root, record.id), { recursive: true, mode: 0o700 });
  using directory = ContainerDirectory.lock(root, record.id);
  directory.write(record);
}
