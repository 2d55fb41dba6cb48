export { attachDiskImage, DISK_IMAGE, diskImageSteps } from "./disk-image/attach-disk-image.ts";
export { type DiskImageType, readRootFile, type RootFile } from "./disk-image/root-file.ts";
export { type BuildStage, buildStages, type BuildStagesOptions } from "./dockerfile/build-stages.ts";
export { configure, type ConfigureOptions } from "./dockerfile/configure.ts";
export { type Dockerignore, dockerignore } from "./dockerfile/dockerignore.ts";
export { DockerfileError } from "./dockerfile/dockerfile-error.ts";
export { type ExpandOptions, expandWord, expandWords } from "./dockerfile/expand.ts";
export type { BuildConfig, BuildHealthcheck } from "./dockerfile/image-config.ts";
export type { Heredoc, Instruction, InstructionFlag, InstructionName } from "./dockerfile/instruction.ts";
export { type Dockerfile, parseDockerfile } from "./dockerfile/parse-dockerfile.ts";
export type { ParserDirectives } from "./dockerfile/parser-directives.ts";
export { ArchiveChangedError } from "./store/archive-error.ts";
export {
  type ArchiveRoot,
  type ArchiveStoreOptions,
  rootfsFromArchive,
  storedArchive,
} from "./store/rootfs-from-archive.ts";
export { rootfsStore } from "./store/store-directory.ts";
