import { CONFIG_FILE } from "../containers/stored-config.ts";
import { dataDirectory } from "../store/directories.ts";
import { readEntry, storedIds } from "../store/read-entry.ts";

/**
 * Which containers have which volumes, by the volumes' names: their ids, whether they run or not. Who holds the lock of all volumes
 * knows that no container with a volume begins unseen: a container is stored before it asks for its volumes.
 */
export function volumeUsers(): ReadonlyMap<string, readonly string[]> {
  const store = dataDirectory();
  const users = new Map<string, string[]>();
  for (const id of storedIds(store)) {
    for (const name of namesOf(readEntry(store, id, CONFIG_FILE))) users.set(name, [...(users.get(name) ?? []), id]);
  }
  return users;
}

/** Of any JSON: a file that somebody wrote must not hide what the others have. */
function namesOf(config: unknown): ReadonlySet<string> {
  const { namedVolumes }: Record<string, unknown> = Object(Object(config).options);
  const names = Array.isArray(namedVolumes) ? namedVolumes.map((volume) => Object(volume).name) : [];
  return new Set(names.filter((name) => typeof name === "string"));
}
