import { readFileSync } from "node:fs";
import { isErrno } from "@wb/syscall";
import { ImageError } from "./image-error.ts";

/** What a machine says of registries, in dockerd's words. */
export interface RegistrySettings {
  /** By registry: `registry-mirrors`, which are asked before docker.io, in their order. */
  readonly mirrors: Readonly<Record<string, readonly string[]>>;
  /** `insecure-registries`: hosts, with a port where they have one; a bad certificate, or none, will do for them. */
  readonly insecure: readonly string[];
}

/**
 * The settings of /etc/wb/daemon.json, or else of docker's own /etc/docker/daemon.json, dockerd(8).
 *
 * @throws ImageError WB_IMAGE_REGISTRY for a file that is none
 */
export function registrySettings(paths: readonly string[] = PATHS): RegistrySettings {
  for (const path of paths) {
    const settings = read(path);
    if (settings !== undefined) return settings;
  }
  return { mirrors: {}, insecure: [] };
}

const PATHS = ["/etc/wb/daemon.json", "/etc/docker/daemon.json"];

function read(path: string): RegistrySettings | undefined {
  try {
    const text = readFileSync(path, "utf8");
    const settings = Object(text.trim() === "" ? {} : JSON.parse(text)) as Readonly<Record<string, unknown>>;
    return {
      mirrors: { "docker.io": texts(settings["registry-mirrors"]) },
      insecure: texts(settings["insecure-registries"]),
    };
  } catch (cause) {
    if (isErrno(cause, "ENOENT", "ENOTDIR", "EACCES")) return undefined;
    throw new ImageError("WB_IMAGE_REGISTRY", `cannot read ${path}: ${String(Object(cause).message)}`, { cause });
  }
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
