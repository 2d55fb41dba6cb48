import { ImageError } from "../image-error.ts";

/** What a credential helper has of a registry. */
export interface HelperCredentials {
  readonly ServerURL: string;
  /** `<token>` where the secret is an identity token. */
  readonly Username: string;
  readonly Secret: string;
}

/** Asks `docker-credential-NAME get`; undefined where it has none. @throws ImageError WB_IMAGE_REGISTRY */
export async function getFromHelper(name: string, server: string): Promise<HelperCredentials | undefined> {
  const { status, text } = await run(name, "get", server);
  if (status !== 0) {
    if (/credentials not found/i.test(text)) return undefined;
    throw failed(name, "get", text);
  }
  const found = parse(text);
  if (found === undefined) throw failed(name, "get", "its answer is no JSON with Username and Secret");
  return found;
}

/** `docker-credential-NAME store` */
export async function storeInHelper(name: string, credentials: HelperCredentials): Promise<void> {
  const { status, text } = await run(name, "store", JSON.stringify(credentials));
  if (status !== 0) throw failed(name, "store", text);
}

/** `docker-credential-NAME erase` */
export async function eraseFromHelper(name: string, server: string): Promise<void> {
  const { status, text } = await run(name, "erase", server);
  if (status !== 0 && !/credentials not found/i.test(text)) throw failed(name, "erase", text);
}

/** https://github.com/docker/docker-credential-helpers: one line on stdin, the answer or the error on stdout. */
function run(name: string, action: string, input: string): Promise<{ readonly status: number | null; text: string }> {
  if (!/^[\w.-]+$/.test(name)) throw failed(name, action, "that is no name of a program");
  const { spawn } = process.getBuiltinModule("node:child_process");
  return new Promise((resolve, reject) => {
    const helper = spawn(`docker-credential-${name}`, [action], { stdio: ["pipe", "pipe", "inherit"] });
    const chunks: Buffer[] = [];
    helper.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    // It may end without reading all.
    helper.stdin.on("error", () => {});
    helper.on("error", (error) => reject(failed(name, action, error.message, error)));
    helper.on("close", (status) => resolve({ status, text: Buffer.concat(chunks).toString().trim() }));
    helper.stdin.end(`${input}\n`);
  });
}

function parse(text: string): HelperCredentials | undefined {
  try {
    const value = JSON.parse(text) as Partial<HelperCredentials> | null;
    if (typeof value?.Username !== "string" || typeof value.Secret !== "string") return undefined;
    return { ServerURL: "", Username: value.Username, Secret: value.Secret };
  } catch {
    return undefined;
  }
}

function failed(name: string, action: string, why: string, cause?: unknown): ImageError {
  return new ImageError("WB_IMAGE_REGISTRY", `docker-credential-${name} ${action}: ${why}`, {
    cause,
    hint: "`credsStore` and `credHelpers` of docker's config.json name it",
  });
}
