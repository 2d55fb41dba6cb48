import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory, waitFor } from "@wb/testing";

export interface DebianRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly domain: string;
}

/** Of `user`, with the password `secret`: htpasswd -nbB user secret. */
const HTPASSWD = "user:$2y$05$TFLvj3kg9uXEZDEMuNPRnOmA.JVKtroT60fefcPVSWhXnCyNtuIT6\n";

/** docker-registry of Debian on a port of loopback, its storage in a temporary directory. */
export async function debianRegistry({
  password = false,
}: { readonly password?: boolean } = {}): Promise<DebianRegistry> {
  const directory = temporaryDirectory();
  const [config, htpasswd] = [join(directory.path, "config.json"), join(directory.path, "htpasswd")];
  writeFileSync(htpasswd, HTPASSWD);
  // YAML, which JSON is a part of.
  const text = JSON.stringify({
    version: 0.1,
    log: { level: "info", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(directory.path, "storage") } },
    http: { addr: "127.0.0.1:0", secret: "of the test" },
    ...(password ? { auth: { htpasswd: { realm: "test", path: htpasswd } } } : {}),
  });
  writeFileSync(config, text.replace('"version":0.1', '"version":"0.1"'));
  const registry = spawn("docker-registry", ["serve", config], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  registry.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const closed = new Promise((resolve) => registry.once("close", resolve));
  const address = (): string | undefined => /listening on (127\.0\.0\.1:\d+)/.exec(said)?.[1];
  const domain = await waitFor(() => {
    const found = address();
    if (found === undefined) throw new Error(`docker-registry does not start: ${said}`);
    return found;
  });
  return {
    domain,
    [Symbol.asyncDispose]: async () => {
      registry.kill("SIGKILL");
      await closed;
      directory[Symbol.dispose]();
    },
  };
}
