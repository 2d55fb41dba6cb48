import type { RunOptions } from "../run-options.ts";
import { refuseRootless } from "./refuse-rootless.ts";
import { type RootlessIds, rootlessIds } from "./rootless-ids.ts";

/**
 * What an ordinary user's new container needs, before anything is made.
 *
 * @returns undefined for root
 * @throws UserError for what takes privileges
 */
export function prepareRootless(options: RunOptions, warn: (message: string) => void): RootlessIds | undefined {
  const ids = rootlessIds();
  if (ids === undefined) return undefined;
  refuseRootless(options);
  if (ids.warning !== undefined) warn(ids.warning);
  return ids;
}
