import { ATTRIBUTES, type Attribute, IGNORED, PROPAGATION, SUPERBLOCK, words } from "./mount-option-words.ts";

/** What the words of a mount's options mean, mount(8): the attributes of the mount, its propagation, and the file system's own. */
export interface ParsedOptions {
  /** Attributes of the mount to set and to clear, `struct mount_attr`. */
  readonly set: number;
  readonly clear: number;
  /** The same for everything below: `rro`, `rnosuid`. Since Linux 5.12. */
  readonly recursiveSet: number;
  readonly recursiveClear: number;
  /** Changes of propagation in their order, each MS_PRIVATE or another of its kind, with MS_REC. */
  readonly propagation: readonly number[];
  readonly bind: "bind" | "rbind" | undefined;
  /** What is mounted there already is changed. */
  readonly remount: boolean;
  /** The files have other owners here, by the mount's mappings or those of the container; `ridmap` on the mounts below, too. */
  readonly idmap: "idmap" | "ridmap" | undefined;
  /** A tmpfs begins with a copy of what it hides: runc's `tmpcopyup`. */
  readonly copyUp: boolean;
  /** What happens to a bind mount's source that is a symbolic link: crun's `src-nofollow` and `copy-symlink`. */
  readonly link: "follow" | "mount" | "copy";
  /** A destination that is a symbolic link is mounted on itself, crun's `dest-nofollow`. */
  readonly onLink: boolean;
  /** Flags of the superblock: `sync`, `lazytime`. A bind mount has the one of its source, and leaves it alone. */
  readonly superblock: readonly string[];
  /** Options of the file system: `size=64m`. */
  readonly data: readonly string[];
}

type Mutable = { -readonly [Key in keyof ParsedOptions]: ParsedOptions[Key] };

/** Parses options in order: of two words that contradict each other, the later counts. */
export function parseMountOptions(options: readonly string[]): ParsedOptions {
  const parsed: Mutable = {
    set: 0,
    clear: 0,
    recursiveSet: 0,
    recursiveClear: 0,
    propagation: [],
    bind: undefined,
    remount: false,
    idmap: undefined,
    copyUp: false,
    link: "follow",
    onLink: false,
    superblock: [],
    data: [],
  };
  for (const word of options.flatMap(wordsOf)) Object.assign(parsed, meaningOf(word, parsed));
  return parsed;
}

/** One word may hold several, as mount(2) takes them; a comma within quotes, or after a backslash, is part of a word. */
function wordsOf(text: string): readonly string[] {
  return text.includes(",") ? (text.match(/(?:\\.|"[^"]*"|[^,])+/gsu) ?? []) : [text];
}

function meaningOf(word: string, parsed: ParsedOptions): Partial<ParsedOptions> {
  // As flags they add up: with both, the mounts below come, too.
  if (word === "bind") return { bind: parsed.bind ?? "bind" };
  const fixed = WORDS.get(word);
  if (fixed !== undefined) return fixed;
  const propagation = PROPAGATION.get(word);
  if (propagation !== undefined) return { propagation: [...parsed.propagation, propagation] };
  const own = ATTRIBUTES.get(word);
  if (own !== undefined) {
    const { mask, clears = false, flag } = own;
    // mount(2) keeps a mount's access times where no flag names others, also for `atime`.
    if (mask !== undefined && clears && (parsed.set & mask) !== flag) return {};
    const [set, clear] = applyAttribute(parsed.set, parsed.clear, own);
    return { set, clear: mask !== undefined && clears ? clear & ~mask : clear };
  }
  const recursive = word.startsWith("r") ? ATTRIBUTES.get(word.slice(1)) : undefined;
  if (recursive !== undefined) {
    const [recursiveSet, recursiveClear] = applyAttribute(parsed.recursiveSet, parsed.recursiveClear, recursive);
    return { recursiveSet, recursiveClear };
  }
  if (SUPERBLOCK.has(word)) return { superblock: [...parsed.superblock, word] };
  return IGNORED.has(word) ? {} : { data: [...parsed.data, word] };
}

const WORDS = words<Partial<ParsedOptions>>({
  rbind: { bind: "rbind" },
  remount: { remount: true },
  idmap: { idmap: "idmap" },
  ridmap: { idmap: "ridmap" },
  tmpcopyup: { copyUp: true },
  "src-nofollow": { link: "mount" },
  "copy-symlink": { link: "copy" },
  "dest-nofollow": { onLink: true },
});

/** Words that are neither attributes nor propagation. */
export const OPTION_WORDS: readonly string[] = ["bind", ...WORDS.keys()];

function applyAttribute(
  set: number,
  clear: number,
  { flag, clears = false, mask = flag }: Attribute,
): [set: number, clear: number] {
  if (!clears) return [(set & ~mask) | flag, (clear & ~flag) | (mask === flag ? 0 : mask)];
  // Another access time that an earlier word set stays.
  if (mask !== flag && (set & mask & ~flag) !== 0) return [set, clear];
  return [set & ~flag, clear | mask];
}
