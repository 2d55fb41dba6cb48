/** Archives made of bytes: what no honest program writes. */

/** An entry; a header's fields are as they are given. */
export interface Entry {
  readonly name?: string;
  /** Default `0`, a regular file. */
  readonly typeflag?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** The field `size`. Default: that of the content. */
  readonly size?: number | string;
  readonly mtime?: number;
  readonly linkname?: string;
  readonly devmajor?: number;
  readonly devminor?: number;
  readonly prefix?: string;
  /** `ustar\0` + `00`, or GNU's, or v7's none. */
  readonly magic?: string;
  readonly content?: Buffer | string;
  /** Changes the block before its checksum is taken. */
  readonly change?: (block: Buffer) => void;
  /** Of an extended header before it. */
  readonly pax?: Readonly<Record<string, string | Buffer>>;
}

export const GNU = "ustar  \0";

/** A whole archive. */
export function archive(...entries: readonly Entry[]): Buffer {
  return Buffer.concat([...entries.map(entry), Buffer.alloc(1024)]);
}

/** Without the end mark. */
export function entry({ pax, ...rest }: Entry): Buffer {
  const content = Buffer.from(rest.content ?? "");
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  const extended = pax === undefined ? [] : [entry({ name: "pax", typeflag: "x", content: records(pax) })];
  return Buffer.concat([...extended, header(rest, content.length), content, padding]);
}

function records(pax: NonNullable<Entry["pax"]>): Buffer {
  return Buffer.concat(Object.entries(pax).map(([keyword, value]) => record(keyword, Buffer.from(value))));
}

function record(keyword: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${keyword}=`), value, Buffer.from("\n")]);
  let length = rest.length + 1;
  while (`${length}`.length + rest.length !== length) length = `${length}`.length + rest.length;
  return Buffer.concat([Buffer.from(`${length}`), rest]);
}

function header(fields: Entry, length: number): Buffer {
  const block = Buffer.alloc(512);
  const {
    name = "file",
    typeflag = "0",
    mode = typeflag === "5" ? 0o755 : 0o644,
    uid = 0,
    gid = 0,
    size = length,
    mtime = 0,
  } = fields;
  const { linkname = "", devmajor, devminor, prefix = "", magic = "ustar\u000000" } = fields;
  block.write(name, 0, 100, "latin1");
  octal(block, mode, { at: 100, length: 8 });
  octal(block, uid, { at: 108, length: 8 });
  octal(block, gid, { at: 116, length: 8 });
  if (typeof size === "string") block.write(size, 124, 12, "latin1");
  else octal(block, size, { at: 124, length: 12 });
  octal(block, mtime, { at: 136, length: 12 });
  block.write(typeflag, 156, 1, "latin1");
  block.write(linkname, 157, 100, "latin1");
  block.write(magic, 257, 8, "latin1");
  if (devmajor !== undefined) octal(block, devmajor, { at: 329, length: 8 });
  if (devminor !== undefined) octal(block, devminor, { at: 337, length: 8 });
  block.write(prefix, 345, 155, "latin1");
  fields.change?.(block);
  block.fill(" ", 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, 8, "latin1");
  return block;
}

function octal(block: Buffer, number: number, { at, length }: { at: number; length: number }): void {
  block.write(number.toString(8).padStart(length - 1, "0"), at, length - 1, "latin1");
}

/** Its bytes in chunks of a size. */
export async function* chunks(bytes: Buffer, size = 1000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** All that a source gives, in one piece. */
export async function allOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}
