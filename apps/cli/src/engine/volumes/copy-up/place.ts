import type { Attributes } from "./copy-attributes.ts";

/** A name in an open directory: bytes, as names are. */
export interface Place {
  readonly directory: number;
  readonly name: Buffer;
}

/** What a copy is made of, beside its content. */
export interface Target extends Place {
  readonly stat: Attributes;
  /** For messages. */
  readonly label: string;
}

/** A path that Node's functions take: the name is looked up in the open directory. */
export function pathOf({ directory, name }: Place): Buffer {
  return Buffer.concat([Buffer.from(`/proc/self/fd/${directory}/`), name]);
}

/** A string of any bytes, for a system call. */
export function argument(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, NUL]);
}

const NUL = Buffer.alloc(1);
