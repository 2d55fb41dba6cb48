import { readFileSync } from "node:fs";
import { isErrno } from "@wb/syscall";
import { type ArchiveIdentity, FIELDS, isSameIdentity } from "./archive-identity.ts";
import { replaceFile } from "./replace-file.ts";

/** An archive that was read once: which file it was, and what was in it. */
export interface KnownArchive extends ArchiveIdentity {
  /** SHA-256 of its bytes. */
  readonly archiveId: string;
  /** Whether a change of the file since then would show: {@link isRecent} was false when it was read. */
  readonly certain: boolean;
}

/**
 * The archives that a store knows, the latest last; none where there is no index, one of another version, or one that may not
 * be read: `wb explain` is for every user.
 */
export function readIndex(store: string): readonly KnownArchive[] {
  let text: string;
  try {
    text = readFileSync(indexPath(store), "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT", "EACCES")) return [];
    throw error;
  }
  return parseIndex(text);
}

/** Remembers an archive, in place of what its file was before. The store's lock is held. */
export function remember(store: string, archive: KnownArchive): void {
  const others = readIndex(store).filter(({ dev, ino }) => dev !== archive.dev || ino !== archive.ino);
  const archives = [...others, archive].slice(-MOST);
  replaceFile(indexPath(store), `${JSON.stringify({ version: VERSION, archives }, null, 2)}\n`);
}

/** What was remembered of a file as it is now. */
export function lookUp(store: string, identity: ArchiveIdentity): KnownArchive | undefined {
  return readIndex(store).find((known) => known.certain && isSameIdentity(known, identity));
}

const VERSION = 1;
const MOST = 1000;

function indexPath(store: string): string {
  return `${store}/index.json`;
}

/** What is not as it was written costs another reading of the archive, and no more. */
function parseIndex(text: string): readonly KnownArchive[] {
  let index: unknown;
  try {
    index = JSON.parse(text);
  } catch {
    return [];
  }
  if (!isRecord(index) || index["version"] !== VERSION || !Array.isArray(index["archives"])) return [];
  return index["archives"].filter(isKnownArchive);
}

function isKnownArchive(value: unknown): value is KnownArchive {
  if (!isRecord(value) || !FIELDS.every((field) => typeof value[field] === "string")) return false;
  const { archiveId, certain } = value;
  return typeof archiveId === "string" && /^[0-9a-f]{64}$/.test(archiveId) && typeof certain === "boolean";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
