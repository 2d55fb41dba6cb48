import { type ImageStore, imageStore } from "@wb/image";
import { dataDirectory } from "../store/directories.ts";

/** The caller's images. */
export function storeOfImages(): ImageStore {
  return imageStore(dataDirectory());
}
