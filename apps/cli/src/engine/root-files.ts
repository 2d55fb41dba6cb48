/** What makes roots of archives and disk images: by names of their own, without all else that the package has, which would make each start slower. */
export {
  attachDiskImage,
  DISK_IMAGE,
  diskImageSteps,
  readRootFile,
  rootfsFromArchive,
  rootfsStore,
  storedArchive,
} from "@wb/image";
