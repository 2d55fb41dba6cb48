import { mkdirSync } from "node:fs";
import { resolve } from "node:path";

/** Where what was unpacked is kept, only root's: setuid programs of archives are not for everyone. `WB_ROOT` moves /var/lib/wb. */
export function rootfsStore(): string {
  return resolve(process.env["WB_ROOT"] ?? "/var/lib/wb", "rootfs");
}

/** Makes it, if it is missing. */
export function makeStore(store: string): void {
  mkdirSync(store, { recursive: true, mode: 0o700 });
}
