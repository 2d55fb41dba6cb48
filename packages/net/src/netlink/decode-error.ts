/** Bytes that are not what the kernel's headers say: a message that is cut off, an attribute of another size. */
export class DecodeError extends Error {
  readonly code = "WB_NET_DECODE";
  /** The attributes on the way to it, the outermost first: `["IFLA.linkinfo", "IFLA_INFO.kind"]`. */
  readonly path: readonly string[];
  /** The same without the path. */
  readonly complaint: string;

  constructor(complaint: string, path: readonly string[] = []) {
    super([...path, complaint].join(": "));
    this.complaint = complaint;
    this.path = path;
  }
}

Object.defineProperty(DecodeError.prototype, "name", { value: "DecodeError", configurable: true, writable: true });

/** Decodes a part; what is wrong with it is told with where it is. */
export function within<T>(place: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof DecodeError) throw new DecodeError(error.complaint, [place, ...error.path]);
    // Struct codecs of @wb/syscall, when bytes are missing.
    if (error instanceof RangeError) throw new DecodeError(error.message, [place]);
    throw error;
  }
}
