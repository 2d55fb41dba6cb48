export { attachDiskImage, DISK_IMAGE, diskImageSteps } from "./disk-image/attach-disk-image.ts";
export { type DiskImageType, readRootFile, type RootFile } from "./disk-image/root-file.ts";
export { ArchiveChangedError } from "./store/archive-error.ts";
export {
  type ArchiveRoot,
  type ArchiveStoreOptions,
  rootfsFromArchive,
  storedArchive,
} from "./store/rootfs-from-archive.ts";
export { rootfsStore } from "./store/store-directory.ts";
