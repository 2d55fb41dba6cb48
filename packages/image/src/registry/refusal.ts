import { ImageError, type ImageErrorCode } from "../image-error.ts";
import type { Answer } from "./exchange.ts";
import { readBody } from "./read-body.ts";
import { retryAfter } from "./retry.ts";

export interface Refused {
  /** As in names of images. */
  readonly domain: string;
  /** Before the text of the registry: `manifest for a:1 not found`. */
  readonly notFound?: string | undefined;
}

/** What a registry refused, in its words put as docker puts them: `CODE: MESSAGE`, the code in lower case with spaces. */
export async function refusal(answer: Answer, { domain, notFound }: Refused): Promise<ImageError> {
  const { status } = answer;
  const said = await read(answer);
  const text = said ?? TEXTS[status] ?? `unexpected status from ${answer.url.host}: ${status}`;
  const code: ImageErrorCode = status === 404 ? "WB_IMAGE_NOT_FOUND" : "WB_IMAGE_REGISTRY";
  const message = status === 404 && notFound !== undefined ? `${notFound}: ${text}` : text;
  return new ImageError(code, message, { hint: hintOf(answer, domain) });
}

/** For answers without a text: those to HEAD have none. */
const TEXTS: Readonly<Record<number, string>> = {
  401: "unauthorized: authentication required",
  403: "denied: requested access to the resource is denied",
  404: "not found",
  413: "the body is too large for the registry",
  429: "toomanyrequests: too many requests",
};

function hintOf({ status, headers }: Answer, domain: string): string | undefined {
  if (status === 401 || status === 403) return `wb login ${domain}`;
  if (status !== 429) return undefined;
  const wait = retryAfter(headers["retry-after"]);
  return `${wait === undefined ? "try again later" : `try again in ${Math.ceil(wait / 1000)} s`}; wb login ${domain} may raise the limit`;
}

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes */
async function read(answer: Answer): Promise<string | undefined> {
  try {
    const { errors } = JSON.parse((await readBody(answer, LARGEST)).toString()) as { errors?: unknown };
    if (!Array.isArray(errors)) return undefined;
    const texts = errors.map(describe).filter((text) => text !== "");
    return texts.length === 0 ? undefined : texts.join("; ");
  } catch {
    // A proxy's page, or half of one: the status says enough.
    return undefined;
  }
}

const LARGEST = 65_536;

function describe(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  const { code, message } = error as { code?: unknown; message?: unknown };
  const words = typeof code === "string" ? printable(code).toLowerCase().replaceAll("_", " ") : "";
  const text = typeof message === "string" ? printable(message) : "";
  return [words, text].filter((part) => part !== "").join(": ");
}

/** It goes to a terminal. */
function printable(text: string): string {
  return text.slice(0, 500).replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ");
}
