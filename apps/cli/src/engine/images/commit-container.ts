import { readdirSync } from "node:fs";
import {
  type ImageConfig,
  type ImageDocument,
  type ImageStore,
  needImage,
  packNewLayer,
  putImage,
  shareStore,
} from "@wb/image";
import { UserError } from "../../user-error.ts";
import type { ContainerInfo } from "../containers/container-info.ts";
import { configDocument } from "../inspect/config-document.ts";
import { changedConfig } from "./changed-config.ts";
import { containerLayers } from "./container-layers.ts";
import { storeOfImages } from "./store-of-images.ts";

export interface Commit {
  /** The whole name that it gets; undefined for none. */
  readonly name: string | undefined;
  readonly author: string;
  readonly message: string;
  /** Instructions of a Dockerfile. */
  readonly changes: readonly string[];
}

/**
 * Makes an image of what a container has changed.
 *
 * @returns its id
 * @throws UserError, ImageError
 */
export async function commitContainer(
  info: ContainerInfo,
  { name, author, message, changes }: Commit,
): Promise<string> {
  const { rootfs, usernsRemap, command } = info.config.options;
  const { upper } = await containerLayers(info);
  if (!("image" in rootfs)) throw new TypeError("containerLayers() took a container without an image");
  if (usernsRemap.length > 0)
    throw new UserError(`container ${info.name} has the ids of --userns-remap, which are in no image`, {
      hint: "wb export shows its files, as this machine's users have them",
    });
  const store = storeOfImages();
  using _shared = await shareStore(store);
  const { document, layers } = needImage(store, rootfs.image);
  const config = changedConfig(configOf(info), changes);
  const layer =
    readdirSync(upper).length === 0 ? undefined : await packNewLayer(store, upper, { whiteouts: "overlay" });
  const created = new Date().toISOString();
  const made: ImageDocument = {
    ...document,
    created,
    ...(author === "" ? {} : { author }),
    config,
    rootfs: { type: "layers", diff_ids: [...document.rootfs.diff_ids, ...(layer === undefined ? [] : [layer.diffId])] },
    history: [
      ...(document.history ?? []),
      {
        created,
        created_by: command.join(" "),
        ...(author === "" ? {} : { author }),
        ...(message === "" ? {} : { comment: message }),
        ...(layer === undefined ? { empty_layer: true } : {}),
      },
    ],
  };
  return await put(store, made, { layers: [...layers, ...(layer === undefined ? [] : [layer.descriptor])], name });
}

function put(
  store: ImageStore,
  document: ImageDocument,
  { layers, name }: { readonly layers: Parameters<typeof putImage>[1]["layers"]; readonly name: string | undefined },
): Promise<string> {
  return putImage(store, { document, layers }, name);
}

/** As docker has it: what the container was told is the image's from then on. */
function configOf(info: ContainerInfo): ImageConfig {
  const { Env, Cmd, Entrypoint, User, WorkingDir, ExposedPorts, Labels, StopSignal, Healthcheck } = JSON.parse(
    JSON.stringify(configDocument(info), (_key, value: unknown) =>
      value instanceof Map ? Object.fromEntries(value) : value,
    ),
  ) as ImageConfig;
  const all = { Env, Cmd, Entrypoint, User, WorkingDir, ExposedPorts, Labels, StopSignal, Healthcheck };
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined && value !== null && value !== ""),
  );
}
