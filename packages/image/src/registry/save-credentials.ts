import {
  closeSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { isErrno } from "@wb/syscall";
import { eraseFromHelper, storeInHelper } from "./credential-helper.ts";
import type { Credentials } from "./credentials.ts";
import { configKey, configPath, type ConfigOptions, type DockerConfig, helperOf, readConfig } from "./docker-config.ts";

/** Where credentials are. */
export interface CredentialPlace {
  /** The config.json. */
  readonly path: string;
  /** NAME of docker-credential-NAME, where it has the secret. */
  readonly helper?: string;
}

/**
 * Saves credentials as `docker login` does: in the helper that docker's config.json names, else in that file, where base64 is all that
 * hides them. What else is in the file stays.
 *
 * @throws ImageError WB_IMAGE_REGISTRY, or the error of node:fs
 */
export async function saveCredentials(
  registry: string,
  { username, password, identityToken }: Credentials,
  options: ConfigOptions = {},
): Promise<CredentialPlace> {
  const path = configPath(options);
  const config = readConfig(path);
  const key = configKey(registry);
  const helper = helperOf(config, key);
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  if (helper !== undefined)
    await storeInHelper(helper, {
      ServerURL: key,
      Username: identityToken === undefined ? username : "<token>",
      Secret: identityToken ?? password,
    });
  const token = identityToken === undefined ? {} : { identitytoken: identityToken };
  writeConfig(path, { ...config, auths: { ...config.auths, [key]: helper === undefined ? { auth, ...token } : {} } });
  return { path, ...(helper === undefined ? {} : { helper }) };
}

/** Removes them, as `docker logout`. @returns whether there was an entry of the registry, or a helper that may have had one */
export async function eraseCredentials(registry: string, options: ConfigOptions = {}): Promise<boolean> {
  const path = configPath(options);
  const config = readConfig(path);
  const key = configKey(registry);
  const helper = helperOf(config, key);
  if (helper !== undefined) await eraseFromHelper(helper, key);
  const { auths = {} } = config;
  const names = [key, registry, `https://${registry}`, `http://${registry}`];
  const kept = Object.entries(auths).filter(([name]) => !names.includes(name));
  if (kept.length === Object.keys(auths).length) return helper !== undefined;
  writeConfig(path, { ...config, auths: Object.fromEntries(kept) });
  return true;
}

/** Everyone sees the old file or the new one, which nobody but its owner may read. A symbolic link stays one. */
function writeConfig(path: string, config: DockerConfig): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = target(path);
  const old = statSync(file, { throwIfNoEntry: false });
  const temporary = `${file}.${process.pid}.new`;
  rmSync(temporary, { force: true });
  const fd = openSync(temporary, "wx", 0o600);
  try {
    try {
      // It stays its owner's where root writes it.
      if (old !== undefined && process.geteuid?.() === 0) fchownSync(fd, old.uid, old.gid);
      writeFileSync(fd, `${JSON.stringify(config, undefined, "\t")}\n`);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function target(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return path;
    throw error;
  }
}
