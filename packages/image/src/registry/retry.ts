import { isBroken } from "./connection-error.ts";
import type { Answer } from "./exchange.ts";
import type { Transport } from "./transport.ts";

/**
 * Tries again after a broken connection and where the server says that it cannot now: 429, and 5xx but 501 and 505. The waits double, each
 * of them shortened by chance to a half at most so that many clients do not come back at once; Retry-After counts where it is longer.
 *
 * @returns the last answer, which can have such a status
 * @throws the last error of the connection
 */
export async function retried(
  transport: Transport,
  attempt: () => Promise<Answer>,
  { tries }: { readonly tries: number },
): Promise<Answer> {
  for (let tried = 1; ; tried += 1) {
    const outcome = await attempt().catch((error: unknown) => {
      transport.signal?.throwIfAborted();
      if (tried >= tries || !isBroken(error)) throw error;
      return undefined;
    });
    if (outcome !== undefined && (tried >= tries || !isBusy(outcome.status))) return outcome;
    const asked = outcome === undefined ? 0 : (retryAfter(outcome.headers["retry-after"]) ?? 0);
    if (outcome !== undefined && asked > transport.longestWait) return outcome;
    outcome?.discard();
    await sleep(Math.max(asked, backoff(transport, tried)), transport.signal);
  }
}

/** Waits as before the next try. @param tried how many tries there were, at least 1 */
export async function pause(transport: Transport, tried: number): Promise<void> {
  await sleep(backoff(transport, tried), transport.signal);
}

/**
 * Milliseconds of a Retry-After header, which has seconds or a date.
 *
 * https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function retryAfter(header: string | undefined, now: number = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function isBusy(status: number): boolean {
  return status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

function backoff(transport: Transport, tried: number): number {
  const longest = Math.min(transport.backoff * 2 ** (tried - 1), LONGEST);
  return longest * (0.5 + Math.random() / 2);
}

const LONGEST = 10_000;

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason as Error);
      return;
    }
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
