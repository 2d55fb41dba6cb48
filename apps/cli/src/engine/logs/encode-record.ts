import { HEADER_SIZE, MOST_DATA } from "./header.ts";
import type { LogRecord } from "./record.ts";

/**
 * The bytes of a record, as the supervisor writes them.
 *
 * @throws RangeError for no data, or more than a record has
 */
export function encodeRecord({ sec, nsec, stream, data }: LogRecord): Buffer {
  if (data.length === 0 || data.length > MOST_DATA)
    throw new RangeError(`a record of the log has 1 to ${MOST_DATA} bytes, not ${data.length}`);
  const bytes = Buffer.allocUnsafe(HEADER_SIZE + data.length);
  bytes.writeBigInt64LE(BigInt(sec), 0);
  bytes.writeBigInt64LE(BigInt(nsec), 8);
  bytes.writeUInt32LE(data.length, 16);
  bytes.writeUInt32LE(stream, 20);
  data.copy(bytes, HEADER_SIZE);
  return bytes;
}
