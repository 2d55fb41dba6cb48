import { promisify } from "node:util";
import { constants, crc32, deflateRaw, zstdCompress } from "node:zlib";

/** How a layer is compressed. */
export type LayerCompression = "none" | "gzip" | "zstd";

/** Compresses a stream block by block, each on a thread of libuv's pool; what comes out is the same whatever the threads do. */
export interface BlockCompressor {
  /** Bytes of a block; only the last may have fewer. */
  readonly block: number;
  /** Of one block; called in order, and its results put in order. */
  readonly compress: (block: Buffer) => Promise<Buffer>;
  /** What follows the last block. */
  readonly end: () => Buffer;
  /** What is before the first block. */
  readonly begin: () => Buffer;
}

const COMPRESSORS: Readonly<Record<LayerCompression, (level: number | undefined) => BlockCompressor>> = {
  none: () => ({
    block: 2 ** 20,
    compress: async (block) => block,
    begin: () => NOTHING,
    end: () => NOTHING,
  }),
  gzip: gzipBlocks,
  zstd: zstdBlocks,
};

/** @param level of the algorithm. Default: its own, 6 for gzip and 3 for zstd */
export function blockCompressor(compression: LayerCompression, level?: number): BlockCompressor {
  return COMPRESSORS[compression](level);
}

const NOTHING = Buffer.alloc(0);

const deflate = promisify(deflateRaw);
const compressZstd = promisify(zstdCompress);

/** RFC 1951 refers back at most so far. */
const WINDOW = 2 ** 15;

/** RFC 1952: no name, no time, of Unix. */
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);

/** An empty last block of RFC 1951, with fixed codes. */
const LAST_BLOCK = Buffer.from([3, 0]);

/** One member, as pigz makes it: blocks end at a byte, and refer to the end of the one before as if they were one stream. */
function gzipBlocks(level: number = constants.Z_DEFAULT_COMPRESSION): BlockCompressor {
  let dictionary: Buffer = NOTHING;
  let sum = 0;
  let size = 0;
  return {
    block: 2 ** 19,
    compress: (block) => {
      const before = dictionary;
      sum = crc32(block, sum);
      size = (size + block.length) % 2 ** 32;
      dictionary = Buffer.from(block.subarray(Math.max(0, block.length - WINDOW)));
      const options = { level, finishFlush: constants.Z_SYNC_FLUSH, memLevel: 9, chunkSize: 2 ** 18 };
      return deflate(block, before.length === 0 ? options : { ...options, dictionary: before });
    },
    begin: () => GZIP_HEADER,
    end: () => {
      const trailer = Buffer.alloc(8);
      trailer.writeUInt32LE(sum, 0);
      trailer.writeUInt32LE(size, 4);
      return Buffer.concat([LAST_BLOCK, trailer]);
    },
  };
}

/** A frame for each block: RFC 8878 lets frames follow one another, and every decompressor goes on with the next. */
function zstdBlocks(level: number = constants.ZSTD_CLEVEL_DEFAULT): BlockCompressor {
  const params = { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 };
  return {
    block: 2 ** 22,
    compress: (block) => compressZstd(block, { params }),
    begin: () => NOTHING,
    end: () => NOTHING,
  };
}
