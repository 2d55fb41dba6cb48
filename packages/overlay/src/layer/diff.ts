import { type BigIntStats, closeSync, openSync } from "node:fs";
import { O } from "@wb/syscall";
import { type ByteString, byteString, textOf } from "../tar/byte-string.ts";
import { type LowerFile, lowerFile, lowerNames, type LowerView } from "./lower-view.ts";
import { filesOf, type TreeFile } from "./tree.ts";
import { type UpperForm, upperFile } from "./upper-whiteout.ts";

/** One line of `docker diff`. */
export interface Change {
  /** Added, changed, deleted. */
  readonly kind: "A" | "C" | "D";
  /** From the root of the container, with a slash before it. */
  readonly path: string;
}

export interface DiffOptions {
  /** Whose attributes overlay has given. Default `overlay`. */
  readonly whiteouts?: UpperForm;
}

/**
 * What an overlay's upper directory changes of the layers below it, as `docker diff` says it: a file that is there is changed,
 * a directory is where it differs or something in it does, and of what was deleted only the topmost name is told. Of an opaque
 * directory everything that was below is deleted.
 *
 * @param lowers the directories of the layers, the topmost first
 * @returns in the order of the names, directories before what is in them
 * @throws SyscallError, Error of Node for what cannot be read
 * @example
 * diff("/c/upper", ["/layers/2", "/layers/1"]); // [{ kind: "C", path: "/etc" }, { kind: "A", path: "/etc/new" }]
 */
export function diff(upper: string, lowers: readonly string[], { whiteouts = "overlay" }: DiffOptions = {}): Change[] {
  const root = openSync(upper, O.RDONLY | O.DIRECTORY | O.CLOEXEC);
  try {
    const differ = new Differ(
      lowers.map((lower) => byteString(Buffer.from(lower))),
      whiteouts,
    );
    for (const file of filesOf(root)) differ.add(file);
    return differ.end();
  } finally {
    closeSync(root);
  }
}

/** A directory of the upper one in which the walk is. */
interface Open {
  readonly path: ByteString;
  /** What the layers show of it. */
  readonly view: LowerView;
  /** Names of the layers that the upper directory has not taken a place of, where it is opaque. */
  readonly hidden: Set<ByteString>;
  readonly kind: "A" | "C";
  /** Its own place among the changes; they are sorted at the end. */
  told: boolean;
}

class Differ {
  readonly #form: UpperForm;
  readonly #changes: { readonly kind: Change["kind"]; readonly path: ByteString }[] = [];
  readonly #open: Open[];

  constructor(lowers: LowerView, form: UpperForm) {
    this.#form = form;
    // Of the root, nothing is told.
    this.#open = [{ path: "", view: lowers, hidden: new Set(), kind: "C", told: true }];
  }

  add(file: TreeFile): void {
    const { name, path, stat } = file;
    const parent = this.#enter(path.slice(0, Math.max(0, path.length - name.length - 1)));
    const below = lowerFile(parent.view, name, this.#form);
    parent.hidden.delete(name);
    const kind = upperFile(file, this.#form);
    if (kind === "whiteout") {
      if (below !== undefined) this.#tell("D", path);
    } else if (stat.isDirectory()) this.#addDirectory(file, { below, opaque: kind === "opaque" });
    else this.#tell(below === undefined ? "A" : "C", path);
  }

  end(): Change[] {
    while (this.#open.length > 0) this.#leave();
    const sorted = this.#changes.map((change) => ({ ...change, key: change.path.replaceAll("/", "\0") }));
    sorted.sort((a, b) => (a.key < b.key ? -1 : 1));
    return sorted.map(({ kind, path }) => ({ kind, path: `/${textOf(path)}` }));
  }

  #addDirectory({ path, stat }: TreeFile, { below, opaque }: { below: LowerFile | undefined; opaque: boolean }): void {
    const kind = below === undefined ? "A" : "C";
    const view = below?.view ?? [];
    const hidden = new Set(opaque ? lowerNames(view, this.#form) : []);
    this.#open.push({ path, view, hidden, kind, told: false });
    if (below === undefined || differs(stat, below.stat)) this.#tell(kind, path);
  }

  /** Leaves the directories that the walk is no longer in. */
  #enter(path: ByteString): Open {
    for (;;) {
      const last = this.#open.at(-1);
      if (last === undefined) throw new Error(`a walk of a tree came to ${path} before its directory`);
      if (last.path === path) return last;
      this.#leave();
    }
  }

  #leave(): void {
    const left = this.#open.at(-1);
    if (left === undefined) return;
    for (const name of left.hidden) this.#tell("D", left.path === "" ? name : `${left.path}/${name}`);
    this.#open.pop();
  }

  /** A change of what is in a directory is one of the directory. */
  #tell(kind: Change["kind"], path: ByteString): void {
    for (const open of this.#open) {
      if (open.told || open.path === path) continue;
      open.told = true;
      this.#changes.push(open);
    }
    const own = this.#open.at(-1);
    if (own?.path === path) own.told = true;
    this.#changes.push({ kind, path });
  }
}

function differs(a: BigIntStats, b: BigIntStats): boolean {
  return a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid || a.mtimeNs !== b.mtimeNs;
}
