import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import caller from "node:process";
import { ownDirectory } from "./own-directory.ts";

/**
 * Where containers are kept, across reboots: /var/lib/wb, and for an ordinary user `wb` in XDG_DATA_HOME, XDG Base Directory
 * Specification. `WB_ROOT` moves it.
 */
export function dataDirectory(): string {
  const { WB_ROOT, XDG_DATA_HOME } = caller.env;
  if (WB_ROOT !== undefined && WB_ROOT !== "") return WB_ROOT;
  if (caller.geteuid?.() === 0) return "/var/lib/wb";
  return join(absoluteOr(XDG_DATA_HOME, join(homedir(), ".local/share")), "wb");
}

/**
 * Where what runs is known, until the next boot: /run/wb, and for an ordinary user `wb` in XDG_RUNTIME_DIR. `WB_STATE` moves it.
 *
 * @throws UserError where it would be another user's
 */
export function runDirectory(): string {
  const { WB_STATE, XDG_RUNTIME_DIR } = caller.env;
  if (WB_STATE !== undefined && WB_STATE !== "") return WB_STATE;
  if (caller.geteuid?.() === 0) return "/run/wb";
  if (XDG_RUNTIME_DIR !== undefined && isAbsolute(XDG_RUNTIME_DIR)) return join(XDG_RUNTIME_DIR, "wb");
  // Without a login there is none, and /tmp is everyone's.
  return join(ownDirectory(`/tmp/wb-${caller.geteuid?.()}`), "wb");
}

/** The specification has relative paths passed over. */
function absoluteOr(path: string | undefined, otherwise: string): string {
  return path !== undefined && isAbsolute(path) ? path : otherwise;
}
