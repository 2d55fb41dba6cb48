import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isErrno } from "@wb/syscall";
import { ImageError } from "../image-error.ts";

/** What of docker's config.json is about registries; what else is in it is kept. */
export interface DockerConfig {
  readonly auths?: Readonly<Record<string, DockerAuth>>;
  /** NAME of the program docker-credential-NAME. */
  readonly credsStore?: string;
  /** The same of single registries. */
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly [other: string]: unknown;
}

export interface DockerAuth {
  /** `USER:PASSWORD` in base64. */
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly [other: string]: unknown;
}

export interface ConfigOptions {
  /** The directory of config.json. Default: $DOCKER_CONFIG, or `.docker` in $HOME. */
  readonly directory?: string | undefined;
}

/** Where it is, or would be. */
export function configPath({ directory }: ConfigOptions = {}): string {
  const { DOCKER_CONFIG, HOME } = process.env;
  return join(directory ?? (DOCKER_CONFIG || join(HOME || "/root", ".docker")), "config.json");
}

/** Empty where there is none. @throws ImageError WB_IMAGE_REGISTRY for one that cannot be read */
export function readConfig(path: string): DockerConfig {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT") || isErrno(error, "ENOTDIR")) return {};
    throw unreadable(path, String(error), error);
  }
  if (text.trim() === "") return {};
  // The text of JSON.parse's error has a part of the file, which may be a password.
  const config = parseObject(text);
  if (config === undefined) throw unreadable(path, "it is no JSON object");
  const { auths, credsStore, credHelpers } = config;
  if (auths !== undefined && !(isObject(auths) && Object.values(auths).every(isAuth)))
    throw unreadable(path, "`auths` is not as docker writes it");
  if (credsStore !== undefined && typeof credsStore !== "string") throw unreadable(path, "`credsStore` is no string");
  if (
    credHelpers !== undefined &&
    !(isObject(credHelpers) && Object.values(credHelpers).every((name) => typeof name === "string"))
  )
    throw unreadable(path, "`credHelpers` is no object of strings");
  return config;
}

/** The helper that has a registry's credentials, if any. @param key as in `auths` */
export function helperOf({ credsStore, credHelpers = {} }: DockerConfig, key: string): string | undefined {
  const own = Object.hasOwn(credHelpers, key) ? credHelpers[key] : undefined;
  return (own ?? credsStore) || undefined;
}

/** How docker calls a registry in config.json: by its name, but for Docker Hub. */
export function configKey(registry: string): string {
  return registry === "docker.io" ? "https://index.docker.io/v1/" : registry;
}

function isAuth(value: unknown): boolean {
  if (!isObject(value)) return false;
  const texts = [value["auth"], value["username"], value["password"], value["identitytoken"]];
  return texts.every((text) => text === undefined || typeof text === "string");
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unreadable(path: string, why: string, cause?: unknown): ImageError {
  return new ImageError("WB_IMAGE_REGISTRY", `cannot read ${path}: ${why}`, {
    cause,
    hint: "DOCKER_CONFIG=DIRECTORY names another one",
  });
}
