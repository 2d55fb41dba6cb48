import type { ImageUser } from "@wb/image";
import { listInfos } from "../containers/container-info.ts";

/** The containers that are made of images. */
export function imageUsers(): ImageUser[] {
  return listInfos().flatMap(({ id, config, state }) => {
    const { rootfs } = config.options;
    if (!("image" in rootfs)) return [];
    return [{ container: id, image: rootfs.image, isRunning: state === "running" || state === "paused" }];
  });
}
