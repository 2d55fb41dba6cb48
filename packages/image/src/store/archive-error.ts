/** An archive that cannot be used as a root, although nothing is wrong with its bytes. */
export class ArchiveChangedError extends Error {
  readonly code = "WB_ARCHIVE_CHANGED";
  readonly path: string;

  constructor(path: string) {
    super(`${path} was changed while it was read`);
    this.path = path;
  }
}

Object.defineProperty(ArchiveChangedError.prototype, "name", {
  value: "ArchiveChangedError",
  configurable: true,
  writable: true,
});
