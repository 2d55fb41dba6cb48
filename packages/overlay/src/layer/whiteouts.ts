import { isSyscallError, quote } from "@wb/syscall";
import type { ByteString } from "../tar/byte-string.ts";
import { TarError } from "../tar/tar-error.ts";
import { type BatchOptions, makeEntries } from "../unpack/batch.ts";
import type { EntryPath } from "../unpack/entry-path.ts";
import type { Pending } from "../unpack/pending.ts";
import { OverLower } from "./over-lower.ts";
import { opaqueCalls, whiteoutCalls, type WhiteoutForm } from "./whiteout-calls.ts";
import { type Whiteout, whiteoutOf } from "./whiteout-name.ts";

/**
 * What becomes of the whiteouts of a layer:
 * - `overlay`: those of an overlay, for root: devices 0:0, and `trusted.overlay.opaque`
 * - `userxattr`: those of an overlay with this option, as in user namespaces
 * - `remove`: what is in the directory goes away, which is that of the layers below
 */
export type WhiteoutStyle = "overlay" | "userxattr" | "remove";

type Found = Pick<Pending, "entry" | "place" | "label"> & { readonly whiteout: Whiteout };

/**
 * The whiteouts of a layer. They are made last: each counts for what is below the layer, wherever in the archive it stands,
 * and what the layer itself has of the same name stays.
 */
export class Whiteouts {
  readonly #style: WhiteoutStyle;
  readonly #lower: OverLower | undefined;
  readonly #found: Found[] = [];

  constructor(style: WhiteoutStyle) {
    this.#style = style;
    this.#lower = style === "remove" ? new OverLower() : undefined;
  }

  /** Whether the root itself is opaque. */
  get isRootOpaque(): boolean {
    return this.#found.some(({ place, whiteout }) => whiteout.kind === "opaque" && place.parent === "");
  }

  /**
   * Whether an entry is a whiteout, and nothing else is to be made of it.
   *
   * @throws TarError for one of no name that a directory can have
   */
  take({ entry, place, label }: Omit<Pending, "content">): boolean {
    const whiteout = whiteoutOf(place.base);
    const names = place.parent.split("/");
    const inside = names.map(whiteoutOf).find((each) => each !== undefined);
    const refuse = (problem: string): TarError =>
      new TarError(problem, { code: "WB_TAR_UNSAFE", offset: entry.offset, entry: entry.name });
    if (inside !== undefined && inside.kind !== "internal") throw refuse("it is below a name that is a whiteout");
    if (whiteout?.kind === "removed" && NO_NAMES.has(whiteout.name))
      throw refuse(`it is a whiteout of ${quote(whiteout.name)}, which is no name in a directory`);
    if (inside !== undefined || whiteout?.kind === "internal") return true;
    if (whiteout === undefined) {
      this.#lower?.made(place.path);
      return false;
    }
    // What the archive says of the marker itself is nobody's.
    this.#found.push({
      entry: { ...entry, type: "file", xattrs: [] },
      place: placeOf(whiteout, place),
      label,
      whiteout,
    });
    return true;
  }

  /** Makes them in the directory of `options.root`. @throws TarError, SyscallError */
  async finish(options: BatchOptions): Promise<void> {
    if (this.#lower !== undefined) {
      for (const { place, whiteout } of this.#found) {
        if (whiteout.kind === "opaque") this.#lower.clear(options.root, place.parent);
        else this.#lower.remove(options.root, place);
      }
    } else if (this.#style !== "remove") await this.#make(this.#style, options);
  }

  async #make(form: WhiteoutForm, options: BatchOptions): Promise<void> {
    const opaque = new Set(
      this.#found.filter(({ whiteout }) => whiteout.kind === "opaque").map(({ place }) => place.parent),
    );
    // Where nothing of below is seen, nothing of it needs to be hidden.
    const wanted = this.#found.filter(({ place, whiteout }) => whiteout.kind === "opaque" || !opaque.has(place.parent));
    try {
      for (let first = 0; first < wanted.length; first += AT_ONCE) {
        const part = wanted.slice(first, first + AT_ONCE).map((found) => pendingOf(found, form));
        await makeEntries(part, options);
      }
    } catch (error) {
      if (form !== "userxattr" || !isSyscallError(error) || error.code !== "EPERM" || error.syscall !== "mknodat")
        throw error;
      await this.#make("xattr", options);
    }
  }
}

const AT_ONCE = 256;

/** What is left of `.wh.`, `.wh..` and `.wh...`. */
const NO_NAMES: ReadonlySet<ByteString> = new Set(["", ".", ".."]);

/** The place of the name that is removed; of an opaque directory that of its marker. */
function placeOf(whiteout: Whiteout, place: EntryPath): EntryPath {
  if (whiteout.kind !== "removed") return place;
  const { parent } = place;
  return { parent, base: whiteout.name, path: parent === "" ? whiteout.name : `${parent}/${whiteout.name}` };
}

function pendingOf({ whiteout, ...found }: Found, form: WhiteoutForm): Pending {
  const { parent, base } = found.place;
  const calls = whiteout.kind === "opaque" ? opaqueCalls(parent, form) : whiteoutCalls(base, form);
  return { ...found, content: Buffer.alloc(0), whiteout: calls };
}
