export { attachDiskImage, DISK_IMAGE, diskImageSteps } from "./disk-image/attach-disk-image.ts";
export { type DiskImageType, readRootFile, type RootFile } from "./disk-image/root-file.ts";
export { type BuildStage, buildStages, type BuildStagesOptions } from "./dockerfile/build-stages.ts";
export { checkArguments } from "./dockerfile/check-arguments.ts";
export { configure, type ConfigureOptions } from "./dockerfile/configure.ts";
export { type Dockerignore, dockerignore } from "./dockerfile/dockerignore.ts";
export { DockerfileError } from "./dockerfile/dockerfile-error.ts";
export { type ExpandOptions, expandWord, expandWords } from "./dockerfile/expand.ts";
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
export { importImage, type ImportOptions } from "./import-image.ts";
export { ImageError, type ImageErrorCode, type ImageErrorDetails } from "./image-error.ts";
export { type HistoryStep, imageHistory } from "./image-history.ts";
export { type LoadedImage, loadImages, type ReplacedName } from "./load-images.ts";
export { type SaveSink, saveImages } from "./save-images.ts";
export { chainId } from "./layout/chain-id.ts";
export { type Collected, collectGarbage } from "./layout/collect-garbage.ts";
export type { Descriptor, HistoryEntry, ImageDocument, Manifest, Platform } from "./layout/documents.ts";
export type { ImageConfig, ImageHealthcheck } from "./layout/image-config.ts";
export { type ImageStore, imageStore } from "./layout/image-store.ts";
export { type ApplyOptions, layerDirectories, layerPlace } from "./layout/layer-directories.ts";
export { layerSize } from "./layout/layer-size.ts";
export { createdOf, findImage, listImages, needImage, type StoredImage } from "./layout/stored-image.ts";
export { formatPlatform, hostPlatform, isSamePlatform, parsePlatform } from "./platform.ts";
export {
  familiarReference,
  familiarRepository,
  formatReference,
  type ImageReference,
  parseReference,
  withDefaultTag,
} from "./reference/image-reference.ts";
export { type ImageUser, removeImage, type RemovedImage, type RemoveOptions } from "./remove-image.ts";
export { pruneImages, type PrunedImages, type PruneOptions } from "./prune-images.ts";
export { type BuildCacheUsage, buildCacheUsage, pruneBuildCache } from "./build/prune-build-cache.ts";
export { openInTree } from "./build/open-in-tree.ts";
export { tagImage } from "./tag-image.ts";
export { type BuildContext, openBuildContext } from "./build/build-context.ts";
export type { BuildHost, RunMount, RunRequest, RunResult } from "./build/build-host.ts";
export { buildImage, type BuildOptions } from "./build/build-image.ts";
export { type LayerEvent, type LayerStatus, type PulledImage, pullImage, type PullOptions } from "./pull-image.ts";
export { type PushedImage, type PushEvent, pushImage, type PushOptions } from "./push-image.ts";
export { type NewLayer, packNewLayer } from "./layout/add-layer.ts";
export { putImage } from "./layout/put-image.ts";
export { shareStore } from "./layout/store-lock.ts";
export { checkCredentials } from "./registry/check-credentials.ts";
export type { Credentials } from "./registry/credentials.ts";
export { type CredentialPlace, eraseCredentials, saveCredentials } from "./registry/save-credentials.ts";
export { openRegistry, type Registry, type RegistryOptions } from "./registry/registry.ts";
export { registrySettings, type RegistrySettings } from "./registry-settings.ts";
