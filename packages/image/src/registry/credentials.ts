import { getFromHelper } from "./credential-helper.ts";
import { configKey, configPath, type ConfigOptions, type DockerAuth, helperOf, readConfig } from "./docker-config.ts";

/** What a registry knows its user by. */
export interface Credentials {
  readonly username: string;
  /** Empty where there is an identity token. */
  readonly password: string;
  /** For tokens by OAuth 2, in place of a password. */
  readonly identityToken?: string;
}

/**
 * The credentials of a registry that `wb login` or `docker login` saved: in the credential helper that docker's config.json names, or in
 * that file. undefined: there are none, and requests are anonymous.
 *
 * https://docs.docker.com/reference/cli/docker/login/
 *
 * @param registry as in names of images: `docker.io`, `localhost:5000`
 * @throws ImageError WB_IMAGE_REGISTRY for a file or a helper that does not work
 */
export async function credentialsOf(registry: string, options: ConfigOptions = {}): Promise<Credentials | undefined> {
  const config = readConfig(configPath(options));
  const key = configKey(registry);
  const helper = helperOf(config, key);
  if (helper !== undefined) {
    const found = await getFromHelper(helper, key);
    if (found !== undefined) return fromHelper(found);
  }
  const auth = findAuth(config.auths ?? {}, registry);
  return auth === undefined ? undefined : fromAuth(auth);
}

function fromHelper({ Username, Secret }: { readonly Username: string; readonly Secret: string }): Credentials {
  return Username === "<token>"
    ? { username: "", password: "", identityToken: Secret }
    : { username: Username, password: Secret };
}

/** As docker: by the key itself, else by the host in a key that is a URL. */
function findAuth(auths: Readonly<Record<string, DockerAuth>>, registry: string): DockerAuth | undefined {
  const key = configKey(registry);
  if (Object.hasOwn(auths, key)) return auths[key];
  const names = registry === "docker.io" ? HUB : [registry];
  return Object.entries(auths).find(([name]) => names.includes(hostOf(name)))?.[1];
}

const HUB = ["docker.io", "index.docker.io", "registry-1.docker.io"];

function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, "").replace(/\/.*$/s, "");
}

/** docker leaves `auth` out of entries whose secrets a helper has. */
function fromAuth({ auth = "", identitytoken = "", ...plain }: DockerAuth): Credentials | undefined {
  // Some programs put NUL behind the password.
  const text = Buffer.from(auth, "base64").toString().replaceAll("\0", "");
  const colon = text.indexOf(":");
  const username = colon === -1 ? (plain.username ?? "") : text.slice(0, colon);
  const password = colon === -1 ? (plain.password ?? "") : text.slice(colon + 1);
  if (identitytoken !== "") return { username, password: "", identityToken: identitytoken };
  return username === "" && password === "" ? undefined : { username, password };
}
